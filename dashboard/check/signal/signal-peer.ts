/** One echo peer on the socket: an offer, its answer, candidates both ways. */
import type { EchoClientMessage, EchoServerMessage } from '../../../contract/signal.ts';
import { withDeadline } from '../deadline.ts';
import { asSignalError, errorOf, type SignalError } from './signal-error.ts';

type PeerMessage = Exclude<EchoServerMessage, { type: 'hello' }>;

export class SignalPeer {
  readonly #name: string;
  readonly #send: (message: EchoClientMessage) => void;
  readonly #answer: Promise<string>;
  #onAnswer: (sdp: string) => void = () => undefined;
  #onFailed: (error: SignalError) => void = () => undefined;
  #broken: SignalError | null = null;
  #onBroken: ((error: SignalError) => void)[] = [];
  /** Candidates that came before anybody asked for them. */
  #early: RTCIceCandidateInit[] = [];
  #handleCandidate: ((candidate: RTCIceCandidateInit) => void) | null = null;

  constructor(name: string, send: (message: EchoClientMessage) => void) {
    this.#name = name;
    this.#send = send;
    this.#answer = new Promise((resolve, reject) => {
      this.#onAnswer = resolve;
      this.#onFailed = reject;
    });
    this.#answer.catch(() => undefined);
  }

  /** Sends the offer; resolves with the answer’s SDP. Rejects with a SignalError. */
  async offer(sdp: string, relayOnly: boolean, deadlineMs: number): Promise<string> {
    this.#send({ type: 'offer', peer: this.#name, sdp, relayOnly });
    try {
      return await withDeadline(this.#answer, deadlineMs, 'the answer of the echo peer');
    } catch (error) {
      throw asSignalError(error);
    }
  }

  sendCandidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidate): void {
    this.#send({ type: 'candidate', peer: this.#name, candidate: { candidate, sdpMid, sdpMLineIndex } });
  }

  /** Remote candidates, those that have already come included. */
  onCandidate(handle: (candidate: RTCIceCandidateInit) => void): void {
    for (const candidate of this.#early) handle(candidate);
    this.#early = [];
    this.#handleCandidate = handle;
  }

  onBroken(handle: (error: SignalError) => void): void {
    if (this.#broken === null) this.#onBroken.push(handle);
    else handle(this.#broken);
  }

  receive(message: PeerMessage): void {
    if (message.type === 'answer') this.#onAnswer(message.sdp);
    else if (message.type === 'error') this.break(errorOf(message));
    else if (message.type === 'candidate') {
      const { candidate, sdpMid } = message.candidate;
      if (this.#handleCandidate === null) this.#early.push({ candidate, sdpMid });
      else this.#handleCandidate({ candidate, sdpMid });
    }
  }

  break(error: SignalError): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    this.#onFailed(error);
    const listeners = this.#onBroken;
    this.#onBroken = [];
    for (const tell of listeners) tell(error);
  }

  /** Tells the service; whatever still comes is ignored. */
  close(): void {
    this.#onBroken = [];
    this.#handleCandidate = () => undefined;
    if (this.#broken === null) this.#send({ type: 'bye', peer: this.#name });
  }
}
