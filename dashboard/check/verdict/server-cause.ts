/** Why one server URL fails: what the browser saw, what the service sees of the same URL, what else is known. Pure. */
import type { CheckCauseId } from '../../../contract/check-causes.ts';
import type { Failure } from '../../../contract/failures.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import type { RelayTry } from '../../../contract/visit-report.ts';
import { literalFamily } from '../relay/plan-tries.ts';
import type { CheckFacts } from './check-facts.ts';

/** What the service found at a URL; it may have tried several addresses of it. */
type Elsewhere =
  | { readonly state: 'works' | 'unknown' }
  | { readonly state: 'fails'; readonly failure: Failure };

function elsewhere(url: string, ownView: readonly ServerResult[]): Elsewhere {
  const results = ownView.filter((result) => result.url === url);
  if (results.some(({ status }) => status === 'ok')) return { state: 'works' };
  const failure = results.map((result) => result.failure).find((found) => found !== undefined);
  // “No route” is about the service’s own host.
  if (failure === undefined || failure.blame === 'tool' || failure.blame === 'local')
    return { state: 'unknown' };
  return { state: 'fails', failure };
}

/** Where the attempt failed at the service itself; null: it did not. */
export function ownCause({ code, blame }: Failure): 'service-busy' | 'check-failed' | null {
  // The socket stands, but its peer does not answer in time: the service has too much to do.
  if (code === 'rate-limited' || code === 'signal-failed') return 'service-busy';
  return blame === 'tool' ? 'check-failed' : null;
}

const quota = ['turn-486', 'turn-508'];

export function relayCause(row: RelayTry, facts: CheckFacts): CheckCauseId {
  const code = row.failure?.code ?? 'timeout';
  if (row.failure !== undefined && code !== 'uri-invalid') {
    const own = ownCause(row.failure);
    if (own !== null) return own;
  }
  const other = elsewhere(row.url, facts.ownView);
  if (code === 'turn-401') {
    const expiry = facts.credentialExpiry[row.url];
    return expiry !== undefined && expiry < facts.nowEpochSec ? 'turn-credential-expired' : 'turn-credential';
  }
  if (quota.includes(code)) return 'turn-quota';
  if (row.allocatedMs !== null)
    return row.rung === 'S2' || row.rung === 'S3' ? 'dtls-blocked' : 'relay-carries-nothing';
  if (/^(turn|stun)-/.test(code)) return 'turn-refused';
  if (other.state === 'fails' && /^tls-certificate-/.test(other.failure.code)) return 'tls-certificate';
  const named = nameCause(row.host, code, other, facts);
  if (named !== null) return named;
  if (other.state === 'fails') return 'turn-down';
  if (other.state === 'unknown') return 'turn-unreachable';
  // A connection that breaks at once reached something; one that is dropped stays silent.
  return row.transport === 'tls' && code !== 'timeout' ? 'tls-on-the-way' : 'turn-blocked-here';
}

export function stunCause({ url, failure }: ServerResult, facts: CheckFacts): CheckCauseId {
  const other = elsewhere(url, facts.ownView);
  const host = /^stuns?:(?:\[([^\]]*)\]|([^:?]*))/i.exec(url);
  const named = nameCause(host?.[1] ?? host?.[2] ?? '', failure?.code ?? 'timeout', other, facts);
  if (named !== null) return named;
  if (other.state === 'fails') return 'stun-down';
  return other.state === 'works' ? 'stun-blocked-here' : 'stun-unreachable';
}

function nameCause(host: string, code: string, other: Elsewhere, facts: CheckFacts): CheckCauseId | null {
  if (literalFamily(host) !== null) return null;
  if (other.state === 'fails' && /^dns-/.test(other.failure.code)) return 'server-name';
  if (code !== 'dns-not-found') return null;
  // The service’s own name server is asked before each check.
  return other.state === 'works' || facts.addresses[host] !== undefined ? 'name-unknown-here' : 'server-name';
}
