/** What a room takes of servers over its whole time, by the cost model of `compare/`. */
import { measuredCosts, type ProcessorCosts } from '../compare/constants.ts';
import { gigabytesPerHour, type RoomCost, roomCost } from '../compare/cost-model.ts';
import { mediaRates } from '../compare/media-rates.ts';
import type { Population } from '../contract/population.ts';

/** In gigabytes (10⁹ bytes) that leave the servers, and hours of one core. */
export interface Bill {
  readonly turnGb: number;
  readonly sfuGb: number;
  readonly turnCoreHours: number;
  readonly sfuCoreHours: number;
}

export interface SizeBills {
  /** Of one relayed link between two participants, both directions. */
  readonly relayedLink: Bill;
  /** Of the room on the SFU, nobody over TURN. */
  readonly sfu: Bill;
  /** Added by one participant who reaches the SFU over TURN. */
  readonly relayedLeg: Bill;
}

const nothing: Bill = { turnGb: 0, sfuGb: 0, turnCoreHours: 0, sfuCoreHours: 0 };

const { udp, tcp, tls } = measuredCosts.turn;
/** A TURN server serves many rooms at once, and is awake anyway; a room of the SFU is a process of its own. */
const awake = { base: 0, perParticipant: 0 };
export const roomCosts: ProcessorCosts = {
  ...measuredCosts,
  turn: { udp: { ...udp, ...awake }, tcp: { ...tcp, ...awake }, tls: { ...tls, ...awake } },
};

/** Everything in the model then grows in proportion with the relayed share, so one link and one leg say it all. */
export function billsOf({ media, rooms }: Population): (participants: number) => SizeBills {
  const rates = mediaRates(media);
  const hours = rooms.minutes.value / 60;
  const known = new Map<number, SizeBills>();
  return (participants) => {
    const old = known.get(participants);
    if (old !== undefined) return old;
    const bill = (path: 'mesh' | 'sfu', relayedShare: number): Bill =>
      billOf(roomCost({ path, participants, rates, relayedShare, shown: rooms.shown }, roomCosts), hours);
    const sfu = bill('sfu', 0);
    const made: SizeBills = {
      relayedLink: part(bill('mesh', 1), nothing, (participants * (participants - 1)) / 2),
      sfu,
      relayedLeg: part(bill('sfu', 1), sfu, participants),
    };
    known.set(participants, made);
    return made;
  };
}

function billOf({ paidKbps, server, turn }: RoomCost, hours: number): Bill {
  const coreHours = (percent: number | undefined) => ((percent ?? 0) / 100) * hours;
  // What is paid for leaves the one or the other; without TURN it is all the media server’s.
  const paid = gigabytesPerHour(paidKbps) * hours;
  return {
    turnGb: server === null ? paid : 0,
    sfuGb: server === null ? 0 : paid,
    turnCoreHours: coreHours(turn?.cpuPercent),
    sfuCoreHours: coreHours(server?.cpuPercent),
  };
}

/** What all of `whole` has more than `base`, through so many. */
function part(whole: Bill, base: Bill, count: number): Bill {
  return {
    turnGb: (whole.turnGb + whole.sfuGb - base.turnGb - base.sfuGb) / count,
    sfuGb: 0,
    turnCoreHours: (whole.turnCoreHours - base.turnCoreHours) / count,
    sfuCoreHours: (whole.sfuCoreHours - base.sfuCoreHours) / count,
  };
}
