/** The JSON Schemas that are published under `contract/schema/`, made from the zod schemas. */
import { z } from 'zod';
import { compareReportSchema } from '../comparison.ts';
import { serveConfigSchema } from '../config.ts';
import { natReportSchema, visitReportSchema } from '../envelope.ts';
import { labReportSchema } from '../lab-report.ts';
import { lintReportSchema } from '../lint-report.ts';
import { loadProfileSchema } from '../load-profile.ts';
import { loadReportSchema } from '../load-report.ts';
import { populationSchema } from '../population.ts';
import { roomReportSchema } from '../room-report.ts';
import { scenarioSchema } from '../scenario.ts';
import { simulationReportSchema } from '../simulation-report.ts';
import { turnReportSchema } from '../turn-report.ts';
import { turnServeConfigSchema } from '../turn-serve-config.ts';

export interface SchemaDocument {
  /** Without folder. */
  readonly fileName: string;
  /** JSON Schema 2020-12, indented, with a newline at its end. */
  readonly text: string;
}

/** One row per document. The name of a report is its `kind`; its version stands in the file name for ever. */
const sources = [
  {
    name: 'nat-report.v1',
    title: 'NAT report, as `polynya probe --json` prints it',
    schema: natReportSchema,
  },
  {
    name: 'lint-report.v1',
    title: 'Lint report, as `polynya turn lint --json` prints it',
    schema: lintReportSchema,
  },
  {
    name: 'lab-report.v1',
    title: 'Lab report, as `polynya lab run --json` prints it',
    schema: labReportSchema,
  },
  {
    name: 'turn-report.v1',
    title: 'Turn report, as `polynya turn check --json` prints it',
    schema: turnReportSchema,
  },
  { name: 'visit-report.v1', title: 'Visit report, as the Check page sends it', schema: visitReportSchema },
  { name: 'room-report.v1', title: 'Room report, as the Room page sends it', schema: roomReportSchema },
  {
    name: 'compare-report.v1',
    title: 'Comparison of paths, as the Compare page sends it and `polynya compare --json` prints it',
    schema: compareReportSchema,
  },
  {
    name: 'simulation-report.v1',
    title: 'Simulation of a population, as `polynya simulate --json` prints it',
    schema: simulationReportSchema,
  },
  {
    name: 'load-report.v1',
    title: 'Load report, as `polynya turn load --json` prints it',
    schema: loadReportSchema,
  },
  { name: 'load-profile', title: 'Profile of `polynya turn load`', schema: loadProfileSchema },
  {
    name: 'turn-serve-config',
    title: 'Configuration of `polynya turn serve`',
    schema: turnServeConfigSchema,
  },
  { name: 'scenario', title: 'Scenario of `polynya lab`', schema: scenarioSchema },
  { name: 'population', title: 'Population of `polynya simulate`', schema: populationSchema },
  { name: 'serve-config', title: 'Configuration of `polynya serve`', schema: serveConfigSchema },
] as const;

/**
 * `io: 'input'` describes what a reader accepts: defaults may be left out, and reports may carry fields that a
 * later release adds.
 */
export function schemaDocuments(): SchemaDocument[] {
  return sources.map(({ name, title, schema }) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    const document = { $schema, $id: `urn:polynya:schema:${name}`, title, ...rest };
    return { fileName: `${name}.json`, text: `${JSON.stringify(document, null, 2)}\n` };
  });
}
