/** The faults that a client meets within half a minute, each in a session of its own. */
import type { FaultPlanInput } from '../../contract/fault-rules.ts';

export interface FaultCase {
  readonly id: string;
  readonly transport: 'udp' | 'tcp';
  /** What is different from the fault of that name in the catalogue; null: nothing. */
  readonly note: string | null;
  readonly faults: NonNullable<FaultPlanInput['faults']>;
}

function udp(id: string): FaultCase {
  return { id, transport: 'udp', note: null, faults: [id] };
}

/** Without any fault: what the others are held against. */
export const healthyCases: readonly FaultCase[] = [
  { id: 'none', transport: 'udp', note: null, faults: [] },
  { id: 'none', transport: 'tcp', note: null, faults: [] },
];

export const faultCases: readonly FaultCase[] = [
  udp('requests-lost'),
  udp('answers-lost'),
  udp('answers-late'),
  udp('answers-twice'),
  udp('requests-twice'),
  udp('answers-truncated'),
  udp('answers-from-elsewhere'),
  udp('lossy-relay'),
  udp('wrong-transaction-id'),
  udp('integrity-missing'),
  udp('integrity-wrong'),
  udp('integrity-wrong-once'),
  udp('forged-error'),
  udp('unknown-required'),
  udp('server-error-once'),
  udp('unauthorized'),
  udp('challenge-without-realm'),
  udp('stale-nonce-alternating'),
  udp('stale-nonce-twice'),
  udp('stale-nonce-always'),
  udp('stale-nonce-on-permission'),
  udp('stale-nonce-without-nonce'),
  udp('nonce-of-127-characters'),
  udp('bid-down'),
  udp('algorithms-unknown'),
  udp('mismatch-once'),
  udp('quota-reached'),
  udp('insufficient-capacity-once'),
  udp('redirect-to-dead-host'),
  udp('allocate-slow'),
  udp('lifetime-zero'),
  udp('lifetime-one-second'),
  udp('lifetime-missing'),
  udp('relayed-ipv6'),
  udp('permission-forbidden'),
  udp('permission-unanswered'),
  udp('permission-slow'),
  udp('channel-forbidden'),
  udp('channel-unanswered'),
  udp('channel-lost-then-refused'),
  udp('data-instead-of-channel'),
  udp('channel-unbound'),
  udp('icmp-port-unreachable'),
  udp('pauses'),
  {
    ...udp('outages'),
    note: 'one outage of three seconds, eight seconds after the start',
    faults: [{ fault: 'outages', match: { window: { fromSec: 8, untilSec: 11 } } }],
  },
  {
    ...udp('black-hole'),
    note: 'eight seconds after the allocation',
    faults: [{ fault: 'black-hole', match: { window: { fromSec: 8, since: 'allocation' } } }],
  },
  {
    ...udp('restart'),
    note: 'eight seconds after the start',
    faults: [{ fault: 'restart', match: { window: { fromSec: 8 } } }],
  },
  { id: 'stream-byte-by-byte', transport: 'tcp', note: null, faults: ['stream-byte-by-byte'] },
  { id: 'stream-coalesced', transport: 'tcp', note: null, faults: ['stream-coalesced'] },
  { id: 'channel-unpadded', transport: 'tcp', note: null, faults: ['channel-unpadded'] },
  { id: 'stream-silent', transport: 'tcp', note: null, faults: ['stream-silent'] },
  {
    id: 'stream-reset',
    transport: 'tcp',
    note: 'eight seconds after the allocation',
    faults: [{ fault: 'stream-reset', match: { window: { fromSec: 8, since: 'allocation' } } }],
  },
];
