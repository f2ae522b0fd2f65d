import type { Endpoint } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';

/** One fault that was done to somebody, and by which rule. */
export interface FaultEvent {
  readonly kind: 'fault';
  readonly rule: string;
  readonly on: 'incoming' | 'outgoing' | 'connect' | 'time';
  readonly actions: readonly string[];
  /** Null where the rule strikes nobody in particular, or nothing has come from the stream yet. */
  readonly client: Endpoint | null;
  readonly transport: Transport | null;
  readonly username: string | null;
  /** As rules name it; null: no message, or a method without a name. */
  readonly method: string | null;
}
