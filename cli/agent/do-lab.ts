/** A scenario of the catalogue, by a `polynya lab run` of its own. */
import { join } from 'node:path';
import type { JobOutcome } from '../../contract/fleet/agent-signal.ts';
import { labReportSchema } from '../../contract/lab-report.ts';
import { scenarioCatalog } from '../../service/release.ts';
import { fitLabReport } from '../fit-lab-report.ts';
import { catalogNames } from '../load-scenario.ts';
import { startChild } from './child-lines.ts';
import { failed } from './job-targets.ts';

/** Never a file of the hub’s choice: a scenario may name programs. */
export async function doLab(
  scenario: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<JobOutcome> {
  if (!catalogNames().includes(scenario)) {
    return failed('job-not-possible', `no scenario ${scenario} in this release`, false);
  }
  const lines: string[] = [];
  const file = join(scenarioCatalog, `${scenario}.yaml`);
  const child = startChild(['lab', 'run', file, '--json'], (line) => lines.push(line));
  signal.addEventListener('abort', () => child.kill(), { once: true });
  const code = await child.ended;
  if (signal.aborted) return failed('cancelled', '', true);
  const parsed = labReportSchema.safeParse(read(lines.join('\n')));
  if (!parsed.success) return failed('job-not-possible', `polynya lab run ended with ${code}`, true);
  return { ok: true, reports: [fitLabReport(parsed.data)], certificates: [] };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
