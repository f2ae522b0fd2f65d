/** What the NAT tests of two members say about a direct connection between them. Pure. */
import type { NatSummary } from '../../contract/nat-report.ts';
import type { Outlook } from '../../contract/outlook.ts';
import { judgeDirect } from '../../probe/nat/judge-direct.ts';
import { type PairEnd, pairEnd } from '../../probe/nat/pair-end.ts';
import { pairEn } from '../../probe/report/words/pairs/en.ts';
import type { Room } from './room.ts';
import type { Seat } from './seat.ts';

/** As members are told of each other, who do not know by what name the other one is shown. */
const names = { here: 'this browser', there: 'the other end' } as const;

/** Keeps what the member tells of its NAT, and tells it and each of the others what the two let expect. */
export function tellOutlooks(room: Room, seat: Seat, nat: NatSummary): void {
  seat.nat = nat;
  for (const other of room.people) {
    if (other === seat || !other.greeted || other.nat === null) continue;
    tell(room, seat, nat, other, other.nat);
    tell(room, other, other.nat, seat, nat);
  }
}

function tell(room: Room, to: Seat, here: NatSummary, about: Seat, there: NatSummary): void {
  const outlook = outlookOf(here, there);
  if (outlook !== null) room.tell(to, { type: 'outlook', member: about.id, outlook });
}

/** Null: one of the tests left open what decides; then nothing is to be said. */
export function outlookOf(here: NatSummary, there: NatSummary): Outlook | null {
  if (![here, there].every(isWhole)) return null;
  const { direct, code, reason } = judgeDirect(
    {
      ends: [
        [names.here, endOf(here)],
        [names.there, endOf(there)],
      ],
      words: pairEn,
    },
    false,
  );
  return { direct, code, reason, here: behaviourOf(here), there: behaviourOf(there) };
}

function isWhole({ udp, mapping, filtering }: NatSummary): boolean {
  return udp === 'blocked' || (mapping !== 'inconclusive' && filtering !== 'inconclusive');
}

function behaviourOf({ mapping, filtering }: NatSummary): Outlook['here'] {
  return { mapping, filtering };
}

/** Browsers hide their own addresses; all that is known of them is what the test saw from outside. */
function endOf(nat: NatSummary): PairEnd {
  const [endpoint] = nat.publicEndpoints;
  const family = endpoint === undefined ? null : endpoint.startsWith('[') ? 'ipv6' : 'ipv4';
  return pairEnd({ nat, verdicts: [], candidates: [], servers: [], run: { family, localAddress: null } });
}
