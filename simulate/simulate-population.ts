/** The whole answer for a population. Pure: the same population, seed and number of rooms give the same report. */
import type { Population } from '../contract/population.ts';
import { toolName, toolVersion } from '../contract/release.ts';
import {
  type Answer,
  linkOutcomes,
  roomOutcomes,
  type SimulationReport,
  type SimulationReportBody,
} from '../contract/simulation-report.ts';
import { changes } from './changes.ts';
import { medianMs } from './connect-time.ts';
import { answerOf, type Draws, type Evaluation, evaluate, relayedShare, tableOf } from './evaluate.ts';
import { type FigureName, figuresOf } from './figures.ts';
import { simulationHeadline } from './headline.ts';
import { uncertainInputs } from './inputs.ts';
import { inputShifts, withInterval } from './intervals.ts';
import { kindsOf, weightsOf } from './kinds.ts';
import { type LinkTable, outcomeIndex } from './links.ts';
import { unknownNote } from './observed/unknown-note.ts';
import { PairCells } from './pair-cells.ts';
import { average, callsOfKinds } from './pair-shares.ts';
import { besidePublished } from './published.ts';
import { sensitivityOf } from './sensitivity.ts';

/** Enough to rank changes and inputs, which are compared over the same rooms. */
const mostRoomsBeside = 20_000;
/** Less is rounding. */
const noticeable = 1e-9;

export function simulatePopulation(
  population: Population,
  draws: Draws,
  at: Date,
  cells: PairCells = new PairCells(),
): SimulationReport {
  const table = tableOf(population, cells);
  const evaluation = evaluate(population, table, draws);
  const inputs = uncertainInputs(population);
  const shifts = inputShifts(population, table, inputs, draws.seed);
  const figures = figuresOf(evaluation);
  const estimated = (name: FigureName) =>
    withInterval(figures.get(name) ?? { value: 0, drawing: null, highest: 0 }, shifts.get(name));
  const beside: Draws = { ...draws, rooms: Math.min(draws.rooms, mostRoomsBeside) };
  const { calls } = evaluation;
  const pairs: SimulationReportBody['pairs'] = {
    outcomes: byName(linkOutcomes, (outcome) => estimated(`pair ${outcome}`)),
    relayed: estimated('relayed'),
    connectMs: figures.has('p50') ? { p50: estimated('p50'), p95: estimated('p95') } : null,
    pathMs: linkOutcomes.flatMap((path) =>
      path === 'none' || calls[outcomeIndex[path]] === 0
        ? []
        : [{ path, medianMs: medianMs(path, population) }],
    ),
  };
  const base = answerOf(evaluate(population, table, beside));
  const answered = {
    population,
    pairs,
    answer: base,
    roomOutcomes: byName(roomOutcomes, (outcome) => estimated(`room ${outcome}`)),
    changes: changesOf(population, base, beside, cells),
  };
  const body: SimulationReportBody = {
    headline: simulationHeadline(answered),
    ...answered,
    seed: draws.seed,
    rooms: evaluation.tally.rooms,
    bySize: bySize(evaluation),
    traffic: {
      turnGb: estimated('turnGb'),
      sfuGb: estimated('sfuGb'),
      turnCoreHours: estimated('turnCoreHours'),
      sfuCoreHours: estimated('sfuCoreHours'),
      cost: estimated('cost'),
    },
    endpoints: endpointsOf(population, table),
    sensitivity: sensitivityOf(population, table, inputs, beside),
    published: besidePublished(population.published, estimated),
    notes: notesOf(population),
  };
  const tool = { name: toolName, version: toolVersion };
  return { kind: 'simulation-report', version: 1, tool, at: at.toISOString(), body };
}

function byName<Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}

/** What does nothing is left out; rooms that connect count before relays, and relays before money. */
function changesOf(population: Population, base: Answer, draws: Draws, cells: PairCells) {
  const tried = changes.flatMap(({ id, change, apply }) => {
    const changed = apply(population);
    if (changed === null) return [];
    return [{ id, change, answer: answerOf(evaluate(changed, tableOf(changed, cells), draws)) }];
  });
  const better = ({ answer }: { answer: Answer }): boolean =>
    base.pairsFailed - answer.pairsFailed > noticeable || answer.pairsDirect - base.pairsDirect > noticeable;
  return tried
    .filter(better)
    .sort(
      (a, b) =>
        a.answer.pairsFailed - b.answer.pairsFailed ||
        b.answer.pairsDirect - a.answer.pairsDirect ||
        a.answer.cost - b.answer.cost,
    );
}

function bySize({ tally }: Evaluation): SimulationReportBody['bySize'] {
  return tally.bySize.map(({ participants, rooms, outcomes }) => ({
    participants,
    rooms,
    outcomes: byName(roomOutcomes, (name) => (outcomes[roomOutcomes.indexOf(name)] ?? 0) / rooms),
  }));
}

function endpointsOf(population: Population, table: LinkTable): SimulationReportBody['endpoints'] {
  const kinds = kindsOf(population);
  const weights = weightsOf(population);
  const calls = callsOfKinds(table, weights);
  return Object.keys(population.endpoints).map((name) => {
    const own = weights.map((weight, kind) => (kinds[kind]?.endpoint === name ? weight : 0));
    const share = own.reduce((sum, weight) => sum + weight, 0);
    const chances = average(
      calls,
      own.map((weight) => (share === 0 ? 0 : weight / share)),
    );
    return {
      name,
      share,
      direct: chances[outcomeIndex.direct] ?? 0,
      relayed: relayedShare(chances),
      failed: chances[outcomeIndex.none] ?? 0,
    };
  });
}

function notesOf(population: Population): string[] {
  const unknown = unknownNote(population);
  return [
    ...(unknown === null ? [] : [unknown]),
    'Every participant sits in a network of their own: two people behind one NAT are not counted.',
    'Round trips, prices and what is marked as an assumption are not measured; their ranges are in the intervals.',
    ...(population.paths.includes('sfu')
      ? ['A room moves to the SFU as a whole as soon as one of its pairs has no other path before it.']
      : []),
  ];
}
