/** Facts of a check for tests: all is well, unless said otherwise. */
import { type FailureCode, failure } from '../../../contract/failures.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import type { Attempt, RelayTry } from '../../../contract/visit-report.ts';
import { type CheckFacts, noFacts } from '../../../dashboard/check/verdict/check-facts.ts';

export function attempt(path: 'mesh' | 'relay', failed?: FailureCode, extra: Partial<Attempt> = {}): Attempt {
  const ok = failed === undefined;
  return {
    id: `${path}-1`,
    from: 'browser',
    to: 'echo peer',
    path,
    transport: 'udp',
    rung: ok ? 'S4' : 'S1',
    wanted: 'S4',
    succeeded: ok,
    setupMs: ok ? 100 : null,
    echoRttMs: ok ? 20 : null,
    echoCount: ok ? 10 : 0,
    steps: [],
    pairs: [],
    selectedPairId: null,
    ...(failed === undefined ? {} : { failure: failure(failed, 'detail') }),
    ...extra,
  };
}

export function server(url: string, failed?: FailureCode): ServerResult {
  const transport = /^(turns|stuns)/.test(url) ? 'tls' : url.endsWith('=tcp') ? 'tcp' : 'udp';
  return {
    url,
    transport,
    address: null,
    status: failed === undefined ? 'ok' : 'failed',
    rttMs: null,
    setupMs: failed === undefined ? 20 : null,
    software: null,
    rfc5780: null,
    ...(failed === undefined ? {} : { failure: failure(failed) }),
    evidence: [],
  };
}

/** `allocated`: the server gave out a relay address, but no data came through it. */
export function relay(url: string, failed?: FailureCode, extra: Partial<RelayTry> = {}): RelayTry {
  const ok = failed === undefined;
  return {
    url,
    host: 't.example',
    port: Number(/:(\d+)/.exec(url)?.[1] ?? 3478),
    transport: server(url).transport,
    family: null,
    outcome: ok ? 'ok' : 'failed',
    rung: ok ? 'S4' : 'S0',
    allocatedMs: ok ? 50 : null,
    setupMs: ok ? 120 : null,
    echoRttMs: ok ? 20 : null,
    ...(failed === undefined ? {} : { failure: failure(failed) }),
    ...extra,
  };
}

export const stunUrl = 'stun:s.example';
export const turnUdp = 'turn:t.example:3478?transport=udp';
export const turnTcp = 'turn:t.example:3478?transport=tcp';
export const turnTls = 'turns:t.example:443?transport=tcp';

export const allWell: CheckFacts = {
  ...noFacts,
  service: 'reached',
  hostCandidates: 1,
  hasRelay: true,
  stun: [server(stunUrl)],
  relays: [relay(turnUdp), relay(turnTcp), relay(turnTls)],
  direct: attempt('mesh'),
  relay: attempt('relay'),
  ownView: [server(stunUrl), server(turnUdp), server(turnTcp), server(turnTls)],
  addresses: { 't.example': ['192.0.2.1'], 's.example': ['192.0.2.1'] },
  nowEpochSec: 1_800_000_000,
};
