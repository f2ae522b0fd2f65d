/** The model beside the measurement, with its error. */
import type { ComparePath } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';
import { measuredCosts, type ProcessorCosts } from './constants.ts';
import { type RoomCost, roomCost } from './cost-model.ts';
import { mediaRates } from './media-rates.ts';
import { shapeOf } from './shape-of.ts';
import type { PathSummary } from './summary.ts';

export const figures = [
  'up',
  'down',
  'server-out',
  'turn-out',
  'client-cpu',
  'server-cpu',
  'turn-cpu',
] as const;
export type Figure = (typeof figures)[number];

export interface Beside {
  readonly path: ComparePath;
  readonly figure: Figure;
  /** kbit/s; CPU in percent of one core. */
  readonly model: number;
  readonly measured: number;
  /** (model − measured) / measured. */
  readonly error: number;
}

/** Bandwidth is counted from bytes, processor time from machines: they are not held to the same bound. */
export function isProcessorTime(figure: Figure): boolean {
  return figure.endsWith('-cpu');
}

/** Rows only for what was measured in runs that are complete. */
export function modelBeside(
  plan: Pick<ComparePlan, 'participants' | 'media'>,
  summaries: readonly PathSummary[],
  costs: ProcessorCosts = measuredCosts,
): Beside[] {
  const rates = mediaRates(plan.media);
  return summaries
    .filter(({ complete }) => complete > 0)
    .flatMap((summary) => {
      const { path, bots } = summary;
      const cost = roomCost(shapeOf(path, plan.participants, rates, bots), costs);
      return figures.flatMap((figure): Beside[] => {
        const [model, measured] = [modelled(cost, figure), measuredOf(summary, figure)];
        if (model === null || measured === null || measured === 0) return [];
        return [{ path, figure, model, measured, error: (model - measured) / measured }];
      });
    });
}

function modelled({ client, server, turn }: RoomCost, figure: Figure): number | null {
  switch (figure) {
    case 'up':
      return client.upKbps;
    case 'down':
      return client.downKbps;
    case 'client-cpu':
      return client.cpuPercent;
    case 'server-out':
      return server?.outKbps ?? null;
    case 'server-cpu':
      return server?.cpuPercent ?? null;
    case 'turn-out':
      return turn?.outKbps ?? null;
    case 'turn-cpu':
      return turn?.cpuPercent ?? null;
  }
}

function measuredOf(summary: PathSummary, figure: Figure): number | null {
  switch (figure) {
    case 'up':
      return summary.upKbps;
    case 'down':
      return summary.downKbps;
    case 'client-cpu':
      return summary.clientCpuPercent;
    case 'server-out':
      return summary.serverOutKbps;
    case 'server-cpu':
      return summary.serverCpuPercent;
    case 'turn-out':
      return summary.turnOutKbps;
    case 'turn-cpu':
      return summary.turnCpuPercent;
  }
}
