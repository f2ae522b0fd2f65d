import type { Effect, Machine } from '../../stun/machine.ts';
import type { Traffic } from './allocation.ts';
import type { TurnServerEvent } from './turn-server-event.ts';
import type { Census, TurnSettings } from './turn-server-options.ts';

/** What runs a TURN server needs of it: the server itself, or one that misbehaves around it. */
export interface ServerMachine extends Machine<TurnServerEvent> {
  readonly traffic: Traffic;
  readonly census: Census;
  /** Takes effect for the next request; allocations live on. Throws RangeError on a bad address range. */
  reconfigure(settings: TurnSettings): void;
  /** From now on no new allocations. */
  drain(): void;
  /** Ends all allocations and closes what is open. */
  stop(nowMs: number): Effect<TurnServerEvent>[];
}
