/** What the coordinator and its workers tell each other. Both are this program, over a channel of their own. */
import type { LoadEngine, LoadProfile, LoadStream } from '../../contract/load-profile.ts';
import type { LoadEngineUse } from '../../contract/load-report.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';
import type { AllocationFailure } from '../client/allocation-failure.ts';
import type { Credentials } from '../client/auth-ladder.ts';
import type { SliceOrder } from './slices.ts';
import type { StepCount } from './step-count.ts';

export interface TargetOrder {
  readonly server: Endpoint;
  readonly transport: Transport;
  /** TLS: the name for SNI; null: the URI has none. */
  readonly serverName: string | null;
  readonly credentials: Credentials | null;
  readonly bindAddress: string | null;
}

export type Preparation = TargetOrder &
  (
    | {
        readonly axis: 'packets';
        /** The kind of each flow. */
        readonly flows: readonly LoadStream[];
        readonly ports: LoadProfile['ports'];
        readonly peer: LoadProfile['peer'];
        readonly engine: LoadEngine;
        /** Of this run of the program. */
        readonly token: number;
      }
    | { readonly axis: 'allocations'; readonly mostAtOnce: number; readonly isWarm: boolean }
    | { readonly axis: 'held'; readonly refreshSec: number }
    /** `range`: CIDR, of the family of the server. */
    | {
        readonly axis: 'permissions' | 'channels';
        readonly allocations: number;
        readonly range: string;
      }
    | { readonly axis: 'churn'; readonly population: number; readonly mostAtOnce: number }
  );

export interface StepOrder {
  readonly kind: 'step';
  /** From 1; stands in the stamps. */
  readonly step: number;
  /** This worker’s part. */
  readonly offered: number;
  readonly arrivals: 'poisson' | 'even';
  readonly discardSec: number;
  readonly seconds: number;
  readonly drainMs: number;
  /** The next step follows at once: what comes late is not waited for. */
  readonly isFollowed?: true;
  /** Counts also by the time at which something was due. */
  readonly slices?: SliceOrder;
}

export type WorkerOrder =
  | { readonly kind: 'prepare'; readonly preparation: Preparation }
  | StepOrder
  /** Give back what is allocated, and end. */
  | { readonly kind: 'finish' };

export type WorkerNews =
  /** `engine`: of axis packets. */
  | { readonly kind: 'prepared'; readonly software: string | null; readonly engine?: LoadEngineUse }
  | { readonly kind: 'failed'; readonly failure: AllocationFailure }
  | { readonly kind: 'counted'; readonly count: StepCount }
  | { readonly kind: 'finished' };
