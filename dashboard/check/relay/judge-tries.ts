/** From the tries to the rows of the report, and to the one that stands for the relay path. Pure. */
import type { Candidate } from '../../../contract/candidate.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import type { Attempt, RelayTry } from '../../../contract/visit-report.ts';
import type { RawCandidateError } from '../candidate-errors.ts';
import type { PlannedTry } from './plan-tries.ts';

export interface TriedRelay {
  readonly planned: PlannedTry;
  /** The candidate alone, as for a STUN server. */
  readonly server: ServerResult;
  readonly attempt: Attempt;
  readonly candidates: readonly Candidate[];
  readonly errors: readonly RawCandidateError[];
  readonly reportsErrors: boolean;
}

/** What the report keeps of the tries; a family that fails beside one that works is a note. */
export function relayRows(tried: readonly TriedRelay[]): RelayTry[] {
  const working = new Set(tried.filter(({ attempt }) => attempt.succeeded).map(({ planned }) => planned.url));
  return tried.map(({ planned, server, attempt }) => ({
    url: planned.url.slice(0, 300),
    host: planned.server.host,
    port: planned.server.port,
    transport: planned.server.transport,
    family: planned.family,
    outcome: attempt.succeeded ? 'ok' : working.has(planned.url) ? 'note' : 'failed',
    rung: attempt.rung,
    allocatedMs: server.setupMs,
    setupMs: attempt.setupMs,
    echoRttMs: attempt.echoRttMs,
    ...(attempt.failure === undefined ? {} : { failure: attempt.failure }),
  }));
}

const preference = { udp: 0, tcp: 1, tls: 2 } as const;

/**
 * The try that stands for the relay path: the one that a call would use, UDP before TCP before TLS; where none works,
 * the one that came farthest.
 */
export function bestRelay(tried: readonly TriedRelay[]): Attempt | null {
  const works = tried.filter(({ attempt }) => attempt.succeeded);
  const rank = ({ planned, attempt }: TriedRelay): number =>
    preference[planned.server.transport] * 1e6 + (attempt.setupMs ?? 0);
  const [best] = works.sort((a, b) => rank(a) - rank(b));
  if (best !== undefined) return best.attempt;
  const [farthest] = [...tried].sort(
    (a, b) => b.attempt.rung.localeCompare(a.attempt.rung) || telling(b) - telling(a),
  );
  return farthest?.attempt ?? null;
}

/** An answer of the server says more than silence. */
function telling({ attempt }: TriedRelay): number {
  const code = attempt.failure?.code ?? 'timeout';
  return /^(turn|stun)-/.test(code) ? 2 : code === 'timeout' ? 0 : 1;
}

/** One row per configured URL: failed unless data came through some way to it. */
export function serverResults(tried: readonly TriedRelay[]): ServerResult[] {
  const urls = [...new Set(tried.map(({ planned }) => planned.url))];
  return urls.flatMap((url) => {
    const ways = tried.filter(({ planned }) => planned.url === url);
    const way = ways.find(({ attempt }) => attempt.succeeded) ?? ways[0];
    if (way === undefined) return [];
    const { failure } = way.attempt;
    const status = way.attempt.succeeded ? 'ok' : 'failed';
    return [{ ...way.server, url: url.slice(0, 300), status, ...(failure === undefined ? {} : { failure }) }];
  });
}
