/** What a report says about the cells of a monitor. Pure. */
import type { Transport } from '../../../contract/basics.ts';
import type { Envelope, NatReport } from '../../../contract/envelope.ts';
import { type Failure, failure } from '../../../contract/failures.ts';
import type { MonitorInput } from '../../../contract/fleet/monitor.ts';
import type { RoomReport } from '../../../contract/room-report.ts';
import type { TurnReport } from '../../../contract/turn-report.ts';
import { turnTally } from '../../../contract/turn-tally.ts';
import type { Outcome } from './cell-state.ts';

export interface Judged {
  readonly outcome: Outcome;
  readonly latencyMs: number | null;
  /** Why it is not good; null: it is. */
  readonly failure: Failure | null;
}

/** Ends of certificates by URI, seconds since 1970. */
export type CertificateEnds = ReadonlyMap<string, number>;

const dayMs = 86_400_000;

/** Whole days until then, negative after. */
export function daysUntil(atMs: number, nowMs: number): number {
  return Math.floor((atMs - nowMs) / dayMs);
}

/**
 * The result of one URL, or of the one connection of a pair.
 *
 * @returns null: the report says nothing about it
 */
export function judgeReport(report: Envelope, url: string | null): Judged | null {
  if (report.kind === 'nat-report') return judgeServers(report, url);
  if (report.kind === 'turn-report') return report.body.target.uri === url ? judgeChecks(report) : null;
  return report.kind === 'room-report' ? judgePair(report) : null;
}

/** Clients try all addresses of a name and take what answers; so it counts here. */
function judgeServers({ body }: NatReport, url: string | null): Judged | null {
  const tried = body.servers.filter((server) => server.url === url && server.status !== 'skipped');
  const best = tried.find(({ status }) => status === 'ok') ?? tried[0];
  if (best === undefined) return null;
  if (best.status === 'ok') return good(best.setupMs ?? best.rttMs);
  return { outcome: 'bad', latencyMs: null, failure: best.failure ?? failure('timeout') };
}

function judgeChecks({ body }: TurnReport): Judged {
  if (body.unreachable !== null) return { outcome: 'bad', latencyMs: null, failure: body.unreachable };
  const { rttMs } = turnTally(body);
  const failed = body.checks.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return good(rttMs);
  // A04: the credentials of the monitor. Nobody relays where they are refused.
  const login = failed.find(({ id }) => id === 'A04');
  if (login !== undefined)
    return { outcome: 'bad', latencyMs: null, failure: failure('turn-401', login.observed) };
  const ids = failed.map(({ id }) => id).join(', ');
  return { outcome: 'slow', latencyMs: rttMs, failure: failure('turn-checks-failed', ids) };
}

function judgePair({ body }: RoomReport): Judged | null {
  const [attempt] = body.attempts;
  if (attempt === undefined) return null;
  if (attempt.succeeded) return good(attempt.setupMs);
  return { outcome: 'bad', latencyMs: null, failure: attempt.failure ?? failure('ice-failed') };
}

function good(latencyMs: number | null): Judged {
  return { outcome: 'good', latencyMs, failure: null };
}

/** A success that falls short of what the monitor expects. */
export function judgeExpectations(
  judged: Judged,
  { latencyMs, certificateDays }: MonitorInput['expect'],
  daysLeft: number | null,
): Judged {
  if (judged.outcome !== 'good') return judged;
  if (certificateDays !== null && daysLeft !== null && daysLeft < certificateDays) {
    return { ...judged, outcome: 'slow', failure: failure('certificate-ends-soon', `${daysLeft} days left`) };
  }
  if (latencyMs !== null && judged.latencyMs !== null && judged.latencyMs > latencyMs) {
    const times = `${Math.round(judged.latencyMs)} ms, expected ${latencyMs} ms`;
    return { ...judged, outcome: 'slow', failure: failure('latency-exceeded', times) };
  }
  return judged;
}

/** The first URL of a server for each transport. */
export function urlFor(
  targets: readonly { readonly uri: { readonly text: string; readonly transport: Transport } }[],
  transport: Transport,
): string | null {
  return targets.find(({ uri }) => uri.transport === transport)?.uri.text ?? null;
}
