/** The engine of `polynya simulate` beside the page, which stays responsive. Pairs that it has resolved are kept. */
import { PairCells } from '../../../simulate/pair-cells.ts';
import { roomCurves } from '../../../simulate/room-curves.ts';
import { simulatePopulation } from '../../../simulate/simulate-population.ts';
import type { Answered, Question } from './engine.ts';

const cells = new PairCells();

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { population, rooms, seed } = data;
  const report = simulatePopulation(population, { rooms, seed }, new Date(), cells);
  const curves = roomCurves(population, { rooms, seed }, cells);
  const answered: Answered = { report, curves };
  postMessage(answered);
});
