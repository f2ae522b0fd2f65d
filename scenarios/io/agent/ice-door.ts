import type { CandidateType } from '../../../contract/candidate.ts';
import type { FailureCode } from '../../../contract/failures.ts';
import type { LabAgentOrder } from '../../../contract/lab-agent.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';

/** Why there is no way through a door. */
export interface DoorProblem {
  readonly code: FailureCode;
  readonly detail: string;
}

export interface PairEnd extends Endpoint {
  readonly type: CandidateType;
}

/** What stands behind a local port. */
export interface DoorPair {
  readonly local: PairEnd;
  readonly remote: PairEnd;
}

export interface DoorEvents {
  /** An own candidate for the other end, as a line of SDP (RFC 8839 §5.1). */
  readonly onCandidate: (line: string) => void;
  /** Packets to this port on 127.0.0.1 go to the other end, and those from there come from it. */
  readonly onPeer: (port: number, pair: DoorPair) => void;
  /** There will be no candidate. */
  readonly onProblem: (problem: DoorProblem) => void;
  /** No candidate of the other end was reached, and none will be. */
  readonly onExhausted: () => void;
}

/**
 * Carries the packets of one session over a way that the ICE library does not know: it only ever gets to see local
 * ports, so that no other path can slip in.
 */
export interface IceDoor {
  open(events: DoorEvents): void;
  /** The library's own ICE password: its answers name local ports, and have to name what the other end knows. */
  answersWith(password: string): void;
  /** One of the other end's candidates, a line of SDP. */
  add(candidate: string): void;
  /** Payload so far where a relay carries it; null elsewhere. */
  counters(): { readonly sentBytes: number; readonly receivedBytes: number } | null;
  /** Gives everything back. Never rejects. */
  close(): Promise<void>;
}

/** Doors need STUN and TURN, which come from above; null: the library's own sockets do. */
export type OpenDoor = (order: Extract<LabAgentOrder, { order: 'open' }>) => IceDoor | null;
