/** A native connection that reaches the other end through a relay, and in no other way. */
import type { CandidateLine } from '../../io/peer-connection.ts';
import { type CandidateEnd, hostLine, readCandidate, relayLine, splitCandidates } from '../candidate-line.ts';
import { NativeConnection, type NativePair, type Negotiated, pairEnd } from './native-connection.ts';
import type { RelayCarrier, TransportAddress } from './relay-carrier.ts';

const loopback = '127.0.0.1';

export class RelayedConnection extends NativeConnection {
  readonly #carrier: RelayCarrier;
  /** What the other end is called, by the port of the door that stands for it. */
  readonly #remotes = new Map<number, CandidateEnd>();
  #relayed: TransportAddress | null = null;
  #isServed = false;
  #isClosed = false;

  constructor(carrier: RelayCarrier) {
    super(loopback);
    this.#carrier = carrier;
  }

  /** The library knows loopback and doors; this is what they stand for. */
  override get selectedPair(): NativePair | null {
    const pair = super.selectedPair;
    const remote = pair === null ? undefined : this.#remotes.get(pair.remote.port ?? 0);
    if (remote === undefined || this.#relayed === null) return null;
    const { transport, url } = this.#carrier;
    return {
      local: { ...pairEnd({ ...this.#relayed, type: 'relay' }), relayProtocol: transport, url },
      remote: pairEnd(remote),
    };
  }

  override get problem(): string | null {
    return this.#carrier.problem;
  }

  /** Candidates that stand in it have their doors too. */
  override async setRemoteDescription(description: Negotiated): Promise<void> {
    const { sdp, candidates } = splitCandidates(description.sdp);
    await super.setRemoteDescription({ ...description, sdp });
    for (const candidate of candidates) await this.addIceCandidate({ candidate, sdpMid: null });
  }

  override async addIceCandidate(line?: CandidateLine): Promise<void> {
    const remote = line === undefined ? null : readCandidate(line.candidate);
    if (remote === null || line === undefined) return;
    const door = await this.#carrier.doorTo(remote);
    if (door === null || this.#isClosed) return;
    this.#remotes.set(door, remote);
    await super.addIceCandidate({ candidate: hostLine(loopback, door), sdpMid: line.sdpMid });
  }

  override close(): void {
    this.#isClosed = true;
    this.#carrier.close();
    super.close();
  }

  /** Its socket’s place is told to the carrier alone; the other end hears of the relay. */
  protected override onOwnCandidate(line: string, sdpMid: string): void {
    if (this.#isServed || this.#isClosed) return;
    const own = readCandidate(line);
    const password = /^a=ice-pwd:(\S+)/m.exec(this.native.localDescription()?.sdp ?? '')?.[1];
    if (own?.type !== 'host' || password === undefined) return;
    this.#isServed = true;
    this.#carrier.serve(own.port, password);
    void this.#carrier.relayed.then((relayed) => {
      if (relayed === null || this.#isClosed) return;
      this.#relayed = relayed;
      this.tellCandidate({ candidate: relayLine(relayed.address, relayed.port), sdpMid });
    });
  }
}
