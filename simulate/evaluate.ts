/** One population, answered once: pairs computed, rooms drawn. */
import type { Population } from '../contract/population.ts';
import type { Answer } from '../contract/simulation-report.ts';
import { connectMs } from './connect-time.ts';
import { drawRooms, meanAmount, type RoomTally, roomShare } from './draw-rooms.ts';
import { kindsOf, weightsOf } from './kinds.ts';
import { type LinkChances, type LinkTable, linkTable, outcomeIndex } from './links.ts';
import type { PairCells } from './pair-cells.ts';
import { callShares } from './pair-shares.ts';

export interface Evaluation {
  readonly population: Population;
  readonly table: LinkTable;
  /** Of two people who call each other. */
  readonly calls: LinkChances;
  readonly tally: RoomTally;
}

export interface Draws {
  readonly rooms: number;
  readonly seed: number;
}

export function tableOf(population: Population, cells: PairCells): LinkTable {
  return linkTable(kindsOf(population), population.paths, cells);
}

export function evaluate(population: Population, table: LinkTable, { rooms, seed }: Draws): Evaluation {
  return {
    population,
    table,
    calls: callShares(table, weightsOf(population)),
    tally: drawRooms(population, table, rooms, seed),
  };
}

export function relayedShare(calls: LinkChances): number {
  const { 'relay-udp': udp, 'relay-tcp': tcp, 'relay-tls': tls } = outcomeIndex;
  return (calls[udp] ?? 0) + (calls[tcp] ?? 0) + (calls[tls] ?? 0);
}

export function answerOf({ calls, population, tally }: Evaluation): Answer {
  return {
    pairsDirect: calls[outcomeIndex.direct] ?? 0,
    pairsRelayed: relayedShare(calls),
    pairsFailed: calls[outcomeIndex.none] ?? 0,
    connectMs: connectMs(calls, population, 0.5),
    roomsShort: roomShare(tally, 'short'),
    cost: 1000 * meanAmount(tally, 'cost').mean,
  };
}
