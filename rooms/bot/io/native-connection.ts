/** A native peer connection as the rooms’ client wants one. */
import nodeDataChannel, { type DataChannel, type PeerConnection as Native } from 'node-datachannel';
import type { CandidateLine, Description, PeerConnection } from '../../io/peer-connection.ts';

export class NativeConnection implements PeerConnection {
  readonly native: Native;
  readonly #listeners = new Map<string, ((event: { candidate: CandidateLine | null }) => void)[]>();
  /** The library refuses the certificate of a peer whose checks overtake its answer; so it hears of us only then. */
  #held: CandidateLine[] | null = [];

  /** @param bindAddress whose sockets it uses; null: those of all interfaces but loopback */
  constructor(bindAddress: string | null) {
    this.native = new nodeDataChannel.PeerConnection('room-member', {
      iceServers: [],
      ...(bindAddress === null ? {} : { bindAddress }),
      disableAutoNegotiation: true,
    });
    this.native.onStateChange(() => this.#tell('connectionstatechange'));
    this.native.onLocalCandidate((line, sdpMid) => {
      const candidate = { candidate: line.replace(/^a=/, ''), sdpMid };
      if (this.#held === null) this.#tell('icecandidate', candidate);
      else this.#held.push(candidate);
    });
  }

  get signalingState(): string {
    return this.native.signalingState();
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
    if (description === null) return null;
    return {
      type: description.type,
      sdp: description.sdp.replace(/a=(candidate:.*|end-of-candidates)\r\n/g, ''),
    };
  }

  createDataChannel(label: string): DataChannel {
    const channel = this.native.createDataChannel(label);
    setImmediate(() => this.#tell('negotiationneeded'));
    return channel;
  }

  async setLocalDescription(): Promise<void> {
    this.native.setLocalDescription(this.signalingState === 'have-remote-offer' ? 'answer' : 'offer');
  }

  /** The library takes its own offer back by itself when another one comes. */
  async setRemoteDescription({ type, sdp }: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
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
    setImmediate(() => this.#tell('negotiationneeded'));
  }

  setConfiguration(): void {}

  close(): void {
    this.native.close();
  }

  addEventListener(type: string, listener: (event: { candidate: CandidateLine | null }) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  #tell(type: string, candidate: CandidateLine | null = null): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ candidate });
  }
}
