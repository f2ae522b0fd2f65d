/** What the run has learned so far; checks write what they saw and read what others saw. */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { LinkError } from '../../stun/machine.ts';
import type { Quirk } from './quirks.ts';

export interface QuirkSeen {
  readonly present: boolean;
  readonly evidence: string;
}

export class Knowledge {
  /** XOR-MAPPED-ADDRESS of our first socket. */
  mapped: Endpoint | null = null;
  /** The first Binding answer has MAPPED-ADDRESS as well; null: there was none. */
  plainMapped: boolean | null = null;
  /** The shortest round trip so far; the first one often pays for name look-ups and warming up. */
  rttMs: number | null = null;
  /** Some request was answered, with success or error. */
  answered = false;
  /** What came to the first Binding. */
  binding: 'answered' | 'login' | 'silent' = 'answered';
  /** What came to an Allocate without credentials; null: nothing. */
  allocateAnswer: string | null = null;
  /** Why the first socket did not open. */
  linkError: LinkError | null = null;
  software: string | null = null;
  realm: string | null = null;
  readonly nonces: string[] = [];
  /** THIRD-PARTY-AUTHORIZATION of the challenge. */
  thirdParty: string | null = null;
  /** The challenge has PASSWORD-ALGORITHMS. */
  offersAlgorithms = false;
  /** The server gives allocations to anybody. */
  anonymous = false;
  /** The first login ended it: it answered before, and nothing afterwards. */
  gone = false;
  /** An Allocate with the given credentials worked. */
  allocates = false;
  readonly relayed: Endpoint[] = [];
  /** Local UDP ports that sessions of this run have had. */
  readonly spokenFrom = new Set<number>();
  readonly quirks = new Map<Quirk, QuirkSeen>();
  /** Forbidden peers that were granted, and that were refused. */
  readonly acceptedPeers = new Set<string>();
  readonly refusedPeers = new Set<string>();
  otherAddress: Endpoint | null = null;
  /** Data came in before there was a permission; null: not tried. */
  leakedIn: boolean | null = null;
  /** Where relayed data came from at our second socket, `silent` if it did not come; null: not tried. */
  relayOut: string | null = null;
  relayIn: boolean | null = null;
  /** Data passed between two allocations; null: not tried. */
  hairpin: boolean | null = null;
  /** The allocation that P01 sent data through. */
  dataRelay: Endpoint | null = null;
  /** Relay ports that a datagram from outside was sent to, and whether it came through. */
  readonly sampledPorts = new Map<number, boolean>();
  /** What came to a ChannelBind on an allocation of TCP; null: there was none. */
  channelOnTcp: string | null = null;
  mobility = false;
  /** Why data cannot be tested. */
  relayObstacle: string | null = null;
  challenges = 0;
  staleNonces = 0;
  quotaWaits = 0;

  sawRtt(rttMs: number | null): void {
    if (rttMs !== null) this.rttMs = Math.min(rttMs, this.rttMs ?? rttMs);
  }

  /** `present`: the server behaves as releases before the fix do. */
  note(quirk: Quirk, present: boolean, evidence: string): void {
    this.quirks.set(quirk, { present, evidence });
  }
}
