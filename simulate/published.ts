import type { BandFigure, Population } from '../contract/population.ts';
import type { Estimated, SimulationReportBody } from '../contract/simulation-report.ts';

type Published = SimulationReportBody['published'][number];

/** The answer beside what others have measured. */
export function besidePublished(
  bands: Population['published'],
  estimated: (figure: BandFigure) => Estimated,
): Published[] {
  return bands.map((band) => {
    const simulated = estimated(band.figure);
    return { ...band, simulated, verdict: verdictOf(band, simulated) };
  });
}

function verdictOf(
  { low, high }: Pick<Published, 'low' | 'high'>,
  { value, inputs }: Estimated,
): Published['verdict'] {
  if (low <= value && value <= high) return 'fits';
  return inputs[0] <= high && low <= inputs[1] ? 'overlaps' : 'misses';
}
