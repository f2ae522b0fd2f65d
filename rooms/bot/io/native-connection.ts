/** A native peer connection as the rooms’ client wants one. */
import nodeDataChannel, { type DataChannel, type PeerConnection as Native } from 'node-datachannel';
import type { CandidatePair } from '../../../contract/candidate.ts';
import type { CandidateLine, Description, PeerConnection } from '../../io/peer-connection.ts';
import { candidateTypeOf, splitCandidates } from '../candidate-line.ts';

export interface Negotiated {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

type PairEnd = CandidatePair['local'];
export type NativePair = Pick<CandidatePair, 'local' | 'remote'>;

/** Janus opens a link with an offer without media, and leaves them to the member; the library knows no such thing. */
const emptyAnswer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';

export class NativeConnection implements PeerConnection {
  readonly native: Native;
  /** Called with every offer that has media, before the library takes it: tracks that are added now answer it. */
  onOffer: (sdp: string) => void = () => undefined;
  readonly #listeners = new Map<string, ((event: { candidate: CandidateLine | null }) => void)[]>();
  /** The library refuses the certificate of a peer whose checks overtake its answer; so it hears of us only then. */
  #held: CandidateLine[] | null = [];
  #emptyOffer: 'none' | 'unanswered' | 'answered' = 'none';

  /**
   * @param bindAddress whose sockets it uses; null: those of all interfaces but loopback
   * @param stunUrls to learn other addresses from
   */
  constructor(bindAddress: string | null, stunUrls: readonly string[] = []) {
    this.native = new nodeDataChannel.PeerConnection('room-member', {
      iceServers: [...stunUrls],
      ...(bindAddress === null ? {} : { bindAddress }),
      disableAutoNegotiation: true,
    });
    this.native.onStateChange(() => this.#tell('connectionstatechange'));
    this.native.onLocalCandidate((line, sdpMid) => this.onOwnCandidate(line.replace(/^a=/, ''), sdpMid));
  }

  get signalingState(): string {
    return this.#emptyOffer === 'unanswered' ? 'have-remote-offer' : this.native.signalingState();
  }

  get connectionState(): string {
    return this.native.state();
  }

  get iceConnectionState(): string {
    return this.native.iceState();
  }

  /** Without the candidates that it may have by now: they are trickled. */
  get localDescription(): Description | null {
    const description = this.native.localDescription();
    if (description === null) {
      return this.#emptyOffer === 'answered' ? { type: 'answer', sdp: emptyAnswer } : null;
    }
    return { type: description.type, sdp: splitCandidates(description.sdp).sdp };
  }

  /** The two ends of the pair in use; null: none is. */
  get selectedPair(): NativePair | null {
    const pair = this.native.getSelectedCandidatePair();
    return pair === null ? null : { local: pairEnd(pair.local), remote: pairEnd(pair.remote) };
  }

  /** Why there can be no connection; null: nothing is known that stands against it. */
  get problem(): string | null {
    return null;
  }

  createDataChannel(label: string): DataChannel {
    const channel = this.native.createDataChannel(label);
    this.#needNegotiation();
    return channel;
  }

  async setLocalDescription(): Promise<void> {
    if (this.#emptyOffer === 'unanswered') {
      this.#emptyOffer = 'answered';
      // What is to be sent is offered by this end.
      this.#needNegotiation();
      return;
    }
    this.native.setLocalDescription(this.signalingState === 'have-remote-offer' ? 'answer' : 'offer');
  }

  /** The library takes its own offer back by itself when another one comes. */
  async setRemoteDescription({ type, sdp }: Negotiated): Promise<void> {
    if (type === 'offer' && !/^m=/m.test(sdp)) {
      this.#emptyOffer = 'unanswered';
      return;
    }
    if (type === 'offer') this.onOffer(sdp);
    this.native.setRemoteDescription(sdp, type);
    const held = this.#held ?? [];
    this.#held = null;
    for (const candidate of held) this.#tell('icecandidate', candidate);
  }

  async addIceCandidate(line?: { candidate: string; sdpMid: string | null }): Promise<void> {
    if (line !== undefined) this.native.addRemoteCandidate(line.candidate, line.sdpMid ?? '0');
  }

  /** The library cannot; negotiating again is the part of it that signalling sees. */
  restartIce(): void {
    this.#needNegotiation();
  }

  setConfiguration(): void {}

  close(): void {
    this.native.close();
  }

  addEventListener(type: string, listener: (event: { candidate: CandidateLine | null }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /** The library has found one. */
  protected onOwnCandidate(candidate: string, sdpMid: string): void {
    this.tellCandidate({ candidate, sdpMid });
  }

  /** To the other end, as soon as it may be told. */
  protected tellCandidate(line: CandidateLine): void {
    if (this.#held === null) this.#tell('icecandidate', line);
    else this.#held.push(line);
  }

  #needNegotiation(): void {
    setImmediate(() => this.#tell('negotiationneeded'));
  }

  #tell(type: string, candidate: CandidateLine | null = null): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ candidate });
  }
}

/** One end as the library, or a candidate’s line, names it. */
export function pairEnd(end: { address: string; port: number; type: string }): PairEnd {
  const { address, port, type } = end;
  return { type: candidateTypeOf(type), protocol: 'udp', address, port, relayProtocol: null, url: null };
}
