/** What a run needs from above, and what it tells there. */
import type { ScenarioAgent } from '../../../contract/scenario-agent.ts';

export interface LabProgress {
  readonly phase: 'build' | 'agents' | 'verify' | 'cells';
  readonly done: number;
  readonly of: number;
}

export interface LabPrograms {
  /** Of a client, absolute where it is a path. */
  client(agent: ScenarioAgent): readonly string[];
  readonly turnServe: readonly string[];
  /** The media server of the path `sfu`; its address is added. */
  readonly sfu: readonly string[];
  /** The service; `--config FILE` is added. */
  readonly serve: readonly string[];
  /** Signals for one client with the service, whose URL is added. */
  readonly member: readonly string[];
}
