import type { AddressFamily, Endpoint } from '../../stun/endpoint.ts';
import type { Effect, RandomBytes } from '../../stun/machine.ts';
import type { AllocationFailure } from './allocation-failure.ts';
import type { Credentials } from './auth-ladder.ts';
import type { TransactionEvent } from './pending-requests.ts';
import type { LinkOptions } from './server-link.ts';

export interface AllocationClientOptions extends LinkOptions {
  /** Family of the relayed address; `ipv6` adds REQUESTED-ADDRESS-FAMILY (RFC 8656 s7.1). */
  readonly family: AddressFamily;
  readonly credentials: Credentials | null;
  readonly random: RandomBytes;
  /** LIFETIME to ask for; default: the server's own, usually 600 s. */
  readonly lifetimeSec?: number;
  /** Give the allocation back as soon as it is there: only whether and how fast it works is wanted. */
  readonly releaseAfterAllocate?: boolean;
  /** Opens its socket and gets to know realm and nonce, tells `ready`, and asks for nothing until `allocate` is called. */
  readonly waitsForOrder?: boolean;
}

export type AllocationEvent =
  | TransactionEvent
  /** With `waitsForOrder`: an order for `allocate` is expected. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'allocated';
      readonly relayed: Endpoint;
      readonly mapped: Endpoint | null;
      readonly lifetimeSec: number;
      readonly software: string | null;
    }
  /** The allocation did not come about, or is lost. Nothing but `transaction` and `released` follows. */
  | { readonly kind: 'failed'; readonly failure: AllocationFailure }
  | { readonly kind: 'permitted'; readonly peers: readonly Endpoint[] }
  | { readonly kind: 'bound'; readonly peer: Endpoint; readonly channel: number }
  /** The server does not (or no longer) let us talk to these peers; the allocation lives on. */
  | {
      readonly kind: 'peer-refused';
      readonly peers: readonly Endpoint[];
      readonly failure: AllocationFailure;
    }
  | { readonly kind: 'data'; readonly from: Endpoint; readonly bytes: Uint8Array }
  /** `confirmed` false: the server did not answer; the allocation then ends with its lifetime. */
  | { readonly kind: 'released'; readonly confirmed: boolean };

export function emit(event: AllocationEvent): Effect<AllocationEvent> {
  return { kind: 'emit', event };
}

export function ignore(reason: string): Effect<AllocationEvent> {
  return { kind: 'ignore', reason };
}
