/**
 * Rooms of every size as a mesh and on a media server: does everybody connect with everybody, and what does an hour of it
 * cost. Whether a mesh stands is drawn, because all links of a participant share one network; the rest is computed.
 */
import { gigabytesPerHour, roomCost } from '../compare/cost-model.ts';
import { mediaRates } from '../compare/media-rates.ts';
import { largestMesh, largestPopulationRoom, type Population } from '../contract/population.ts';
import { type RoomOutcome, roomOutcomes } from '../contract/simulation-report.ts';
import { drawRooms, type SizeTally } from './draw-rooms.ts';
import { type Draws, relayedShare, tableOf } from './evaluate.ts';
import { weightsOf } from './kinds.ts';
import { outcomeIndex } from './links.ts';
import type { PairCells } from './pair-cells.ts';
import { average, callShares } from './pair-shares.ts';
import { billsOf } from './room-bills.ts';

export const roomShapes = ['mesh', 'sfu', 'mcu'] as const;
export type RoomShapeName = (typeof roomShapes)[number];

export interface RoomPoint {
  readonly participants: number;
  /** Share of the meshes of which every link is direct, and of which every link stands; null: no browser carries one. */
  readonly meshDirect: number | null;
  readonly meshWhole: number | null;
  /** Share of the rooms on a media server, forwarding or mixing, in which nobody is missing. */
  readonly serverWhole: number;
  /** Of traffic that leaves servers, for an hour of a room in which all are there; null as above. */
  readonly cost: Readonly<Record<RoomShapeName, number | null>>;
}

export interface Crossing {
  readonly dearer: RoomShapeName;
  readonly cheaper: RoomShapeName;
  /** Participants from which on it is so, for all larger rooms. */
  readonly from: number;
}

export interface RoomCurves {
  readonly points: readonly RoomPoint[];
  readonly crossings: readonly Crossing[];
}

const sizes = [
  2,
  3,
  4,
  5,
  6,
  8,
  10,
  12,
  16,
  20,
  25,
  32,
  40,
  largestMesh,
  75,
  100,
  150,
  200,
  300,
  500,
  700,
  largestPopulationRoom,
] as const;

export function roomCurves(population: Population, draws: Draws, cells: PairCells): RoomCurves {
  const pairPaths = population.paths.filter((path) => path !== 'sfu');
  // A media server is what the curves compare with, so it is no path of the mesh.
  const alone: Population = {
    ...population,
    paths: pairPaths.length > 0 ? pairPaths : ['direct'],
    rooms: { ...population.rooms, sizes: Object.fromEntries(meshSizes.map((size) => [size, 1])) },
  };
  const table = tableOf(alone, cells);
  const weights = weightsOf(alone);
  const leg = average(table.legs, weights);
  const costOf = hourlyCost(population, {
    links: relayedShare(callShares(table, weights)),
    legs: relayedShare(leg),
  });
  const meshes = new Map(
    drawRooms(alone, table, draws.rooms, draws.seed).bySize.map((size) => [size.participants, size]),
  );
  const points = sizes.map((participants): RoomPoint => {
    const mesh = meshes.get(participants);
    return {
      participants,
      meshDirect: mesh === undefined ? null : shareOf(mesh, 'direct'),
      meshWhole: mesh === undefined ? null : 1 - shareOf(mesh, 'short'),
      serverWhole: (1 - (leg[outcomeIndex.none] ?? 0)) ** participants,
      cost: {
        mesh: mesh === undefined ? null : costOf('mesh', participants),
        sfu: costOf('sfu', participants),
        mcu: costOf('mcu', participants),
      },
    };
  });
  const crossings = [
    crossing('mesh', 'sfu', largestMesh, costOf),
    crossing('mesh', 'mcu', largestMesh, costOf),
    crossing('sfu', 'mcu', largestPopulationRoom, costOf),
  ];
  return { points, crossings: crossings.filter((each) => each !== null) };
}

const meshSizes = sizes.filter((size) => size <= largestMesh);

function shareOf({ rooms, outcomes }: SizeTally, outcome: RoomOutcome): number {
  return (outcomes[roomOutcomes.indexOf(outcome)] ?? 0) / rooms;
}

type CostOf = (shape: RoomShapeName, participants: number) => number;

/** @param relayed shares of the links between participants, and of their legs to a media server: 0–1 */
function hourlyCost(
  population: Population,
  relayed: { readonly links: number; readonly legs: number },
): CostOf {
  const { turnPerGb, sfuPerGb } = population.prices;
  const anHour: Population = {
    ...population,
    rooms: { ...population.rooms, minutes: { ...population.rooms.minutes, value: 60 } },
  };
  const bills = billsOf(anHour);
  const rates = mediaRates(population.media);
  const mixed = (participants: number, relayedShare: number) =>
    gigabytesPerHour(roomCost({ path: 'mcu', participants, rates, relayedShare }).paidKbps);
  return (shape, participants) => {
    if (shape === 'mcu') {
      const served = mixed(participants, 0);
      return served * sfuPerGb.value + (mixed(participants, relayed.legs) - served) * turnPerGb.value;
    }
    const { relayedLink, relayedLeg, sfu } = bills(participants);
    if (shape === 'sfu')
      return sfu.sfuGb * sfuPerGb.value + participants * relayed.legs * relayedLeg.turnGb * turnPerGb.value;
    const links = (participants * (participants - 1)) / 2;
    return links * relayed.links * relayedLink.turnGb * turnPerGb.value;
  };
}

/** Counted down from the largest: in the smallest rooms the order may turn round once more. */
function crossing(
  dearer: RoomShapeName,
  cheaper: RoomShapeName,
  largest: number,
  costOf: CostOf,
): Crossing | null {
  for (let from = largest; from >= 2; from -= 1) {
    if (costOf(dearer, from) > costOf(cheaper, from)) continue;
    return from === largest ? null : { dearer, cheaper, from: from + 1 };
  }
  return { dearer, cheaper, from: 2 };
}
