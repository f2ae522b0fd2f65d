import type { FailureCode } from '../../../contract/failures.ts';
import type { LabIceServer } from '../../../contract/lab-agent.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';

/** Why there is no relay. */
export interface RelayProblem {
  readonly code: FailureCode;
  readonly detail: string;
}

/**
 * One allocation at a TURN server, and for each peer a local UDP port behind which that peer stands. An ICE library
 * that talks to these ports only cannot take any other path than relay to relay.
 */
export interface RelayDoor {
  /** The relayed address, or why there is none. Never rejects. */
  readonly relayed: Promise<Endpoint | RelayProblem>;
  /** Permits the peer; resolves with the port on 127.0.0.1 where its packets come from and where those to it go. */
  bridge(peer: Endpoint): Promise<number>;
  /** Payload through the relay so far. */
  counters(): { readonly sentBytes: number; readonly receivedBytes: number };
  /** Gives the allocation back. Never rejects. */
  close(): Promise<void>;
}

/** The TURN client comes from above: this floor has none. */
export type OpenRelay = (server: LabIceServer, caFile: string | null) => RelayDoor;

export function isProblem(value: Endpoint | RelayProblem): value is RelayProblem {
  return 'code' in value;
}
