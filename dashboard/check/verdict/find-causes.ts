/** From everything that was observed to the causes, worst first. Pure. */
import { type CheckCause, type CheckCauseId, checkCauseIds } from '../../../contract/check-causes.ts';
import type { CheckFacts } from './check-facts.ts';
import { ownCause, relayCause, stunCause } from './server-cause.ts';
import { udpOf } from './udp-facts.ts';

/** One of forty messages may be late; two are lost. Both ways together. */
const lossShare = 0.05;
/** There and back; ITU-T G.114 wants no more than 400 ms one way, queues and buffers included. */
const slowMs = 400;

export function findCauses(facts: CheckFacts): CheckCause[] {
  const fatal = fatalCause(facts);
  const found = new Map<CheckCauseId, Set<string>>();
  const add = (id: CheckCauseId, url?: string): void => {
    const urls = found.get(id) ?? new Set();
    if (url !== undefined) urls.add(url);
    found.set(id, urls);
  };
  if (fatal !== null) add(fatal);
  else collect(facts, add);
  if (facts.wasHidden && fatal !== 'offline') add('page-hidden');
  return checkCauseIds.flatMap((id) => {
    const urls = found.get(id);
    return urls === undefined ? [] : [{ id, urls: [...urls].slice(0, 50) }];
  });
}

const answers = {
  reached: null,
  busy: 'service-busy',
  unreachable: 'service-unreachable',
  'captive-portal': 'captive-portal',
  'link-expired': 'link-expired',
} as const satisfies Record<CheckFacts['service'], CheckCauseId | null>;

/** Where this holds, nothing else can be said. */
function fatalCause(facts: CheckFacts): CheckCauseId | null {
  if (!facts.hasWebrtc) return 'webrtc-missing';
  if (!facts.online) return 'offline';
  const answer = answers[facts.service];
  if (answer !== null) return answer;
  const code = facts.signalFailure?.code;
  if (code === 'rate-limited') return 'service-busy';
  if (facts.signalFailure?.blame === 'tool') return 'check-failed';
  return code === undefined ? null : 'websocket-blocked';
}

type Add = (id: CheckCauseId, url?: string) => void;

function collect(facts: CheckFacts, add: Add): void {
  const { hostCandidates, direct, nat, relays, stun } = facts;
  const udp = udpOf(facts);
  if (hostCandidates === 0 && direct?.succeeded !== true && udp !== 'open') {
    // Without any address of its own the browser has tried nothing over UDP, so its silence says nothing else.
    add('webrtc-policy');
    return;
  }
  if (udp === 'blocked') add(isOnly443(facts) ? 'only-443' : 'udp-blocked');
  for (const row of relays) {
    if (row.outcome === 'note') add('ipv6-dead', row.url);
    if (row.outcome !== 'failed') continue;
    const cause = relayCause(row, facts);
    if (!isSaidBy(found443(facts, udp), row, cause)) add(cause, row.url);
  }
  for (const result of stun) {
    if (result.status !== 'failed') continue;
    const cause = stunCause(result, facts);
    if (!(udp === 'blocked' && isSilence(cause))) add(cause, result.url);
  }
  if (direct !== null && !direct.succeeded && udp !== 'blocked') {
    const handshake = direct.rung === 'S2' || direct.rung === 'S3';
    const own = direct.failure === undefined ? null : ownCause(direct.failure);
    add(own ?? (handshake ? 'dtls-blocked' : 'direct-blocked'));
  }
  if ((direct?.lossRate ?? 0) >= lossShare) add('packet-loss');
  if ((direct?.echoRttMs ?? facts.relay?.echoRttMs ?? 0) >= slowMs) add('slow-path');
  if (nat !== null && nat.mapping !== 'endpoint-independent' && nat.mapping !== 'inconclusive')
    add('strict-nat');
  if (!facts.hasRelay) add('no-relay');
}

/** Nothing but TCP 443 passes: something works there, and everything on other TCP ports is silent. */
function isOnly443({ relays, pageOn443 }: CheckFacts): boolean {
  const overTcp = relays.filter(({ transport }) => transport !== 'udp');
  const elsewhere = overTcp.filter(({ port }) => port !== 443);
  const silent = elsewhere.every(
    ({ outcome, failure }) => outcome === 'failed' && failure?.code === 'timeout',
  );
  const passes = pageOn443 || overTcp.some(({ port, allocatedMs }) => port === 443 && allocatedMs !== null);
  return elsewhere.length > 0 && silent && passes;
}

type Closed = 'nothing' | 'udp' | 'all-but-443';

function found443(facts: CheckFacts, udp: ReturnType<typeof udpOf>): Closed {
  if (udp !== 'blocked') return 'nothing';
  return isOnly443(facts) ? 'all-but-443' : 'udp';
}

/** A closed network explains silence; it does not explain what a server answered. */
function isSaidBy(closed: Closed, row: CheckFacts['relays'][number], cause: CheckCauseId): boolean {
  if (closed === 'nothing' || !isSilence(cause)) return false;
  return row.transport === 'udp' || (closed === 'all-but-443' && row.port !== 443);
}

function isSilence(cause: CheckCauseId): boolean {
  return /-(blocked-here|unreachable)$/.test(cause);
}
