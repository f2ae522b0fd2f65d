/** What the monitor form holds while it is edited, and when it may be sent. Pure. */
import type { Transport } from '../../../contract/basics.ts';
import type { PairPath } from '../../../contract/fleet/job.ts';
import {
  type MonitorInput,
  type MonitorKind,
  type MonitorView,
  monitorInputSchema,
} from '../../../contract/fleet/monitor.ts';
import { words } from '../words.ts';

/** Fields are called as in the contract, so that whoever finds something wrong, here or there, names the same field. */
export interface MonitorDraft {
  readonly name: string;
  readonly kind: MonitorKind;
  /** Empty: none was chosen. */
  readonly server: string;
  readonly transports: readonly Transport[];
  readonly paths: readonly PairPath[];
  /** Separated by commas or blanks. */
  readonly regions: string;
  readonly intervalSec: number;
  /** Empty: no limit. */
  readonly 'expect.latencyMs': string;
  readonly 'expect.certificateDays': string;
  readonly 'damping.bad': string;
  readonly 'damping.of': string;
  /** Empty: no alerts. */
  readonly 'webhook.url': string;
  /** Empty: none, or the stored one stays. */
  readonly 'webhook.secret': string;
  readonly paused: boolean;
  readonly public: boolean;
}

export const draftFields = Object.keys(words.monitorForm.problems) as MonitorField[];
export type MonitorField = keyof typeof words.monitorForm.problems;
export type MonitorProblems = Partial<Record<MonitorField, string>>;

/** @param regions where agents are: what a new monitor begins with */
export function monitorDraftOf(monitor: MonitorView | null, regions: readonly string[]): MonitorDraft {
  const given = monitor === null ? newMonitor(regions) : monitor;
  const text = (value: number | null) => (value === null ? '' : String(value));
  return {
    name: given.name,
    kind: given.kind,
    server: given.server ?? '',
    transports: given.transports,
    paths: given.paths,
    regions: given.regions.join(', '),
    intervalSec: given.intervalSec,
    'expect.latencyMs': text(given.expect.latencyMs),
    'expect.certificateDays': text(given.expect.certificateDays),
    'damping.bad': text(given.damping.bad),
    'damping.of': text(given.damping.of),
    'webhook.url': given.webhook?.url ?? '',
    'webhook.secret': '',
    paused: given.paused,
    public: given.public,
  };
}

/** The contract’s own defaults. */
function newMonitor(regions: readonly string[]): MonitorInput {
  const smallest = { name: '-', server: 'embedded', regions: ['default'] };
  return { ...monitorInputSchema.parse(smallest), name: '', server: null, regions: [...regions] };
}

export function toMonitorInput(draft: MonitorDraft): MonitorInput {
  const { kind, server, paused, intervalSec } = draft;
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  const url = draft['webhook.url'].trim();
  const secret = draft['webhook.secret'];
  return {
    name: draft.name.trim(),
    kind,
    server: kind === 'mesh' || server === '' ? null : server,
    transports: kind === 'mesh' ? ['udp'] : [...draft.transports],
    paths: [...draft.paths],
    regions: readRegions(draft.regions),
    intervalSec,
    expect: {
      latencyMs: number(draft['expect.latencyMs']),
      certificateDays: number(draft['expect.certificateDays']),
    },
    damping: { bad: Number(draft['damping.bad']), of: Number(draft['damping.of']) },
    paused,
    public: draft.public,
    webhook: url === '' ? null : { url, ...(secret !== '' && { secret }) },
  };
}

/** The view as input again; without a secret, so the stored one stays. */
export function monitorInputOf(monitor: MonitorView): MonitorInput {
  return toMonitorInput(monitorDraftOf(monitor, []));
}

export function readRegions(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((region) => region !== ''))];
}

/**
 * By the contract itself; what it says of each field is put in the form’s words.
 *
 * @param hasSecret the service holds a key of the signature already
 */
export function monitorProblems(draft: MonitorDraft, hasSecret: boolean): MonitorProblems {
  const parsed = monitorInputSchema.safeParse(toMonitorInput(draft));
  const found = parsed.success ? [] : parsed.error.issues.map(({ path }) => fieldAt(path.join('.')));
  const wrong = [...found, ...ownFindings(draft, hasSecret)];
  return Object.fromEntries(
    wrong.flatMap((field) => (field === null ? [] : [[field, words.monitorForm.problems[field]]])),
  );
}

/** What the contract says only once all else is right, or cannot say at all. */
function ownFindings(draft: MonitorDraft, hasSecret: boolean): MonitorField[] {
  const hasNoServer = draft.kind !== 'mesh' && draft.server === '';
  const isUnsigned = draft['webhook.url'].trim() !== '' && draft['webhook.secret'] === '' && !hasSecret;
  return [
    ...(hasNoServer ? (['server'] as const) : []),
    ...(isUnsigned ? (['webhook.secret'] as const) : []),
  ];
}

/** The field that a path of the contract (`regions.0`) lies in; null: none of the form. */
export function fieldAt(path: string): MonitorField | null {
  return draftFields.find((field) => path === field || path.startsWith(`${field}.`)) ?? null;
}
