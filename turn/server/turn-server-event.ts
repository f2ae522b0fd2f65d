import type { Endpoint } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';
import type { MessageClass } from '../../stun/message.ts';
import type { FaultEvent } from '../faults/fault-event.ts';
import type { Traffic } from './allocation.ts';

/** Why an allocation ended: given back, run out, its stream closed, or the server stopped. */
export type ReleaseReason = 'refresh' | 'expired' | 'stream-closed' | 'stopped';

/** What an operator wants to know. Nothing here is secret; usernames are not. */
export type TurnServerEvent =
  /** Only from a server that misbehaves on command. */
  | FaultEvent
  | {
      readonly kind: 'allocated';
      readonly username: string;
      readonly client: Endpoint;
      readonly transport: Transport;
      readonly relayed: readonly Endpoint[];
    }
  | {
      readonly kind: 'released';
      readonly username: string;
      readonly client: Endpoint;
      readonly transport: Transport;
      readonly reason: ReleaseReason;
      readonly lifetimeMs: number;
      readonly traffic: Traffic;
    }
  /** An error response. 401 and 438 are part of every login and mean nothing by themselves. */
  | {
      readonly kind: 'refused';
      readonly method: number;
      readonly code: number;
      readonly client: Endpoint;
      readonly transport: Transport;
      /** Null: not authenticated. */
      readonly username: string | null;
    }
  /** A client asked for a peer that it may not reach. */
  | {
      readonly kind: 'peer-refused';
      readonly username: string;
      readonly client: Endpoint;
      readonly peer: Endpoint;
      readonly why: string;
    }
  /** A client took its allocation to another address (RFC 8016). */
  | { readonly kind: 'moved'; readonly username: string; readonly from: Endpoint; readonly client: Endpoint }
  /** A message of somebody whom the operator wants to follow. Method and class are null for ChannelData. */
  | {
      readonly kind: 'traced';
      readonly direction: 'in' | 'out';
      readonly client: Endpoint;
      readonly transport: Transport;
      readonly username: string | null;
      readonly method: number | null;
      readonly class: MessageClass | null;
      readonly code: number | null;
      readonly channel: number | null;
      readonly bytes: number;
    }
  /** We closed a client’s stream. */
  | { readonly kind: 'stream-dropped'; readonly client: Endpoint; readonly why: string };
