/** From how many participants on one path is better than another, and where a path ends. Found by counting up. */
import { measuredCosts, type ProcessorCosts } from './constants.ts';
import { type RoomCost, type RoomShape, roomCost } from './cost-model.ts';
import type { MediaRates } from './media-rates.ts';

/** As far as the sliders go. */
export const largestRoom = 1_000;

/** What a participant has; its connection and its processor end the mesh. */
export interface ClientLimits {
  readonly upKbps: number;
  readonly downKbps: number;
  /** 100 = one core. */
  readonly cpuPercent: number;
}

type ShapeOf = (participants: number) => RoomShape;

/** The number of participants from which on `measure` says that `a` costs more than `b`, for all larger rooms; null: never. */
export function crossing(
  a: ShapeOf,
  b: ShapeOf,
  measure: (cost: RoomCost) => number,
  costs: ProcessorCosts = measuredCosts,
): number | null {
  // From above: in the smallest rooms fixed costs may turn the order round once more.
  for (let n = largestRoom; n >= 2; n -= 1) {
    const isDearer = measure(roomCost(a(n), costs)) > measure(roomCost(b(n), costs));
    if (!isDearer) return n === largestRoom ? null : n + 1;
  }
  return 2;
}

export type Bound = 'up' | 'down' | 'cpu';

export interface LargestRoom {
  readonly participants: number;
  /** What ends it; null: the sliders do. */
  readonly bound: Bound | null;
}

/** The largest room whose participants get by with what they have; 1: not even two do. */
export function largestWithin(
  shape: ShapeOf,
  limits: ClientLimits,
  costs: ProcessorCosts = measuredCosts,
): LargestRoom {
  for (let n = 2; n <= largestRoom; n += 1) {
    const bound = boundOf(roomCost(shape(n), costs), limits);
    if (bound !== null) return { participants: n - 1, bound };
  }
  return { participants: largestRoom, bound: null };
}

function boundOf({ client }: RoomCost, limits: ClientLimits): Bound | null {
  if (client.upKbps > limits.upKbps) return 'up';
  if (client.downKbps > limits.downKbps) return 'down';
  return client.cpuPercent > limits.cpuPercent ? 'cpu' : null;
}

export interface Crossings {
  /** A participant of a mesh works more than one of an SFU. */
  readonly clientCpu: number | null;
  /** Of a mesh, by what the participants have. */
  readonly mesh: LargestRoom;
  readonly sfu: LargestRoom;
  /** Sound only: forwarding to everybody takes more of the server than mixing. */
  readonly audioServerCpu: number | null;
  /** A mesh whose relayed share goes through TURN is dearer than an SFU. */
  readonly paidTraffic: number | null;
}

export interface CrossingQuestion {
  readonly rates: MediaRates;
  readonly limits: ClientLimits;
  readonly relayedShare: number;
  /** Others whom a participant of an SFU sees and hears at most. */
  readonly shown: number;
}

export function crossings(
  { rates, limits, relayedShare, shown }: CrossingQuestion,
  costs: ProcessorCosts = measuredCosts,
): Crossings {
  const silentRates: MediaRates = { ...rates, video: { kbps: 0, packetsPerSec: 0 } };
  const mesh: ShapeOf = (participants) => ({ path: 'mesh', participants, rates, relayedShare });
  const sfu: ShapeOf = (participants) => ({ path: 'sfu', participants, rates, relayedShare, shown });
  const audio =
    (path: 'sfu' | 'mcu'): ShapeOf =>
    (participants) => ({ path, participants, rates: silentRates });
  const serverCpu = ({ server }: RoomCost): number => server?.cpuPercent ?? 0;
  return {
    clientCpu: crossing(mesh, sfu, ({ client }) => client.cpuPercent, costs),
    mesh: largestWithin(mesh, limits, costs),
    sfu: largestWithin(sfu, limits, costs),
    audioServerCpu: crossing(audio('sfu'), audio('mcu'), serverCpu, costs),
    paidTraffic: crossing(mesh, sfu, ({ paidKbps }) => paidKbps, costs),
  };
}
