/** Reports about networks, from files, folders and the store of a service, as `polynya simulate --from` takes them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Envelope, type NatReport, parseEnvelope, type VisitReport } from '../contract/envelope.ts';
import { type Observation, observe } from '../simulate/observed/observe.ts';
import { CommandError } from './command-error.ts';
import { readJson, readReport } from './read-report.ts';
import { callService } from './service-client.ts';

/** What a store keeps of networks; the newest ones of each kind are read. */
const kinds = ['nat-report', 'visit-report'] as const;
export const mostReports = 2_000;
const perPage = 200;

type NetworkReport = NatReport | VisitReport;

export interface Networks {
  readonly observations: readonly Observation[];
  /** Where they come from, for people. */
  readonly from: string;
  /** What was not taken, and why: one sentence each. */
  readonly remarks: readonly string[];
}

/** Throws {@link CommandError} for what cannot be read. */
export async function readNetworks(sources: readonly string[], adminToken: string | null): Promise<Networks> {
  const observations: Observation[] = [];
  const remarks: string[] = [];
  const names: string[] = [];
  for (const source of sources) {
    const { reports, name, remark } = await readSource(source, adminToken);
    observations.push(...reports.map(observe));
    names.push(name);
    if (remark !== null) remarks.push(remark);
  }
  return { observations, from: fromText(names), remarks };
}

interface Source {
  readonly reports: NetworkReport[];
  readonly name: string;
  readonly remark: string | null;
}

async function readSource(source: string, adminToken: string | null): Promise<Source> {
  if (/^https?:\/\//i.test(source)) return readService(source, adminToken);
  if (isFolder(source)) return readFolder(source);
  const report = await readReport(source);
  if (!isNetworkReport(report)) {
    throw new CommandError(
      `${source} is a ${report.kind}; networks are told by ${kinds.join('s and ')}s.`,
      'polynya probe --json writes one.',
    );
  }
  return { reports: [report], name: source, remark: null };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isNetworkReport(report: Envelope): report is NetworkReport {
  return kinds.some((kind) => kind === report.kind);
}

/** Other JSON may lie beside the reports. */
function readFolder(folder: string): Source {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const reports = files.sort().flatMap((file) => {
    const parsed = parseEnvelope(readJson(join(folder, file)));
    return parsed.ok && isNetworkReport(parsed.envelope) ? [parsed.envelope] : [];
  });
  const others = files.length - reports.length;
  const remark = others === 0 ? null : `${folder}: ${others} of ${files.length} files tell of no network`;
  return { reports, name: folder, remark };
}

async function readService(source: string, adminToken: string | null): Promise<Source> {
  const service = URL.canParse(source) ? new URL(source) : null;
  if (service === null)
    throw new CommandError(`--from ${source}: not an address`, 'Write e.g. http://127.0.0.1:7478');
  const reports: NetworkReport[] = [];
  let stored = 0;
  for (const kind of kinds) {
    const { ids, total } = await newestRuns(service, kind, adminToken);
    stored += total;
    for (const id of ids) {
      const { report } = await callService(service, 'getRun', { id, adminToken });
      if (isNetworkReport(report)) reports.push(report);
    }
  }
  const remark =
    stored === reports.length
      ? null
      : `${service.origin}: the newest ${reports.length} of ${stored} reports were read`;
  // Without user and password, which an address may carry.
  return { reports, name: service.origin, remark };
}

async function newestRuns(
  service: URL,
  kind: (typeof kinds)[number],
  adminToken: string | null,
): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
  const ids = new Set<string>();
  for (let offset = 0; ; offset += perPage) {
    const query = { kind, limit: String(perPage), offset: String(offset) };
    const { runs, total } = await callService(service, 'listRuns', { query, adminToken });
    // Reports that come in meanwhile push others onto the next page.
    for (const { id } of runs) ids.add(id);
    if (runs.length < perPage || ids.size >= mostReports)
      return { ids: [...ids].slice(0, mostReports), total };
  }
}

const namedSources = 3;

function fromText(names: readonly string[]): string {
  const more = names.length - namedSources;
  const named = names.slice(0, namedSources).map((name) => name.slice(0, 80));
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
