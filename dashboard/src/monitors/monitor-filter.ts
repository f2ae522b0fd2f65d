/** What the Monitors page shows; its URL holds it. Pure. */
import { z } from 'zod';
import { idSchema, transportSchema } from '../../../contract/basics.ts';
import {
  type MonitorCell,
  type MonitorState,
  type MonitorView,
  monitorStateSchema,
} from '../../../contract/fleet/monitor.ts';
import { regionSchema } from '../../../contract/fleet/vantage.ts';
import { worstFirst } from './monitor-tones.ts';

export const monitorFilterSchema = z.object({
  state: monitorStateSchema.optional().catch(undefined),
  server: idSchema.optional().catch(undefined),
  region: regionSchema.optional().catch(undefined),
  transport: transportSchema.optional().catch(undefined),
});
export type MonitorFilter = z.infer<typeof monitorFilterSchema>;

export const noMonitorFilter = {
  state: undefined,
  server: undefined,
  region: undefined,
  transport: undefined,
} as const satisfies MonitorFilter;

export interface ShownMonitor {
  readonly monitor: MonitorView;
  /** Those that match, worst first. */
  readonly cells: readonly MonitorCell[];
}

/** Monitors with the cells that match, worst first; a monitor of which none does is left out. */
export function shownMonitors(monitors: readonly MonitorView[], filter: MonitorFilter): ShownMonitor[] {
  const { state, server, region, transport } = filter;
  const isFree = state === undefined && region === undefined && transport === undefined;
  return monitors
    .filter((monitor) => server === undefined || monitor.server === server)
    .map((monitor) => ({
      monitor,
      cells: byState(
        monitor.cells.filter(
          (cell) =>
            (state === undefined || cell.state === state) &&
            (region === undefined || cell.region === region || cell.peer === region) &&
            (transport === undefined || cell.transport === transport),
        ),
      ),
    }))
    .filter(({ cells }) => isFree || cells.length > 0)
    .toSorted((a, b) => rank(a.monitor) - rank(b.monitor));
}

export function byState(cells: readonly MonitorCell[]): MonitorCell[] {
  return cells.toSorted((a, b) => rank(a) - rank(b));
}

/** How many cells there are of each state, worst first; states that no cell has are left out. */
export function stateCounts(monitors: readonly MonitorView[]): [MonitorState, number][] {
  const cells = monitors.flatMap((monitor) => monitor.cells);
  return worstFirst
    .map((state): [MonitorState, number] => [state, cells.filter((cell) => cell.state === state).length])
    .filter(([, count]) => count > 0);
}

function rank({ state }: { readonly state: MonitorState }): number {
  return worstFirst.indexOf(state);
}
