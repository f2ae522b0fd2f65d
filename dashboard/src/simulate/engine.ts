/** What the page asks its worker, and what comes back. */
import type { Population } from '../../../contract/population.ts';
import type { SimulationReport } from '../../../contract/simulation-report.ts';
import type { RoomCurves } from '../../../simulate/room-curves.ts';

export interface Question {
  readonly population: Population;
  readonly rooms: number;
  readonly seed: number;
}

export interface Answered {
  readonly report: SimulationReport;
  readonly curves: RoomCurves;
}
