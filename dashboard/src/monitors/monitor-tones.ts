import type { Headline } from '../../../contract/basics.ts';
import type { MonitorState } from '../../../contract/fleet/monitor.ts';

export const monitorTones: Readonly<Record<MonitorState, Headline['status']>> = {
  up: 'good',
  degraded: 'limited',
  down: 'bad',
  unknown: 'unknown',
};

/** What somebody should look at stands first. */
export const worstFirst: readonly MonitorState[] = ['down', 'degraded', 'unknown', 'up'];
