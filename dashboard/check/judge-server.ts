/** What one server URL, tried alone, turned out to be. Pure. */
import type { Candidate } from '../../contract/candidate.ts';
import type { Failure } from '../../contract/failures.ts';
import { failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { failureCodeOf, type RawCandidateError, tellingError } from './candidate-errors.ts';
import type { ServerUrl } from './ice-server-urls.ts';

export interface ServerTry {
  readonly server: ServerUrl;
  /** When its PeerConnection was made; candidates carry times on the same clock. */
  readonly startedMs: number;
  readonly candidates: readonly Candidate[];
  readonly errors: readonly RawCandidateError[];
  /** The browser said that it has gathered everything, before our deadline. */
  readonly complete: boolean;
  /** This browser reports errors at all (`icecandidateerror`); without it silence proves nothing. */
  readonly reportsErrors: boolean;
  /** The browser did not take the URL. */
  readonly refusedUrl: string | null;
  readonly deadlineMs: number;
}

export function judgeServer(attempt: ServerTry): ServerResult {
  const { server } = attempt;
  const wanted = server.kind === 'turn' ? 'relay' : 'srflx';
  const found = attempt.candidates.find((candidate) => candidate.type === wanted);
  const failed = found === undefined ? failureOf(attempt) : null;
  return {
    url: server.url.slice(0, 300),
    transport: server.transport,
    address: null,
    status: failed === null ? 'ok' : 'failed',
    rttMs: null,
    setupMs: found === undefined ? null : Math.max(0, found.gatheredMs - attempt.startedMs),
    software: null,
    rfc5780: null,
    ...(failed === null ? {} : { failure: failed }),
    evidence: [],
  };
}

function failureOf(attempt: ServerTry): Failure | null {
  const { server, errors } = attempt;
  if (attempt.refusedUrl !== null) return failure('uri-invalid', server.url);
  const error = tellingError(errors);
  if (error !== null)
    return failure(failureCodeOf(error), `${server.url}: ${error.errorText || error.errorCode}`);
  // Gathering that ends at once and without an error means that the STUN server answered with the address that
  // the host has itself: browsers then drop the server-reflexive candidate (RFC 8445 §5.1.3).
  if (server.kind === 'stun' && attempt.complete && attempt.reportsErrors) {
    // Without an address of its own the browser has asked nobody: a policy keeps it from the network.
    const hasOwn = attempt.candidates.some(({ type }) => type === 'host');
    return hasOwn ? null : failure('ice-no-candidates', server.url);
  }
  return failure('timeout', `${server.url}: nothing within ${attempt.deadlineMs / 1000} s`);
}
