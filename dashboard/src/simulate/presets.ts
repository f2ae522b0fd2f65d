/** The populations that come with a release, as the command line has them (`simulate/presets/`). */
import { type Population, populationSchema } from '../../../contract/population.ts';

const files = import.meta.glob<unknown>('../../../simulate/presets/*.yaml', {
  eager: true,
  import: 'default',
});

export const presets: readonly Population[] = Object.values(files).map((file) =>
  populationSchema.parse(file),
);
