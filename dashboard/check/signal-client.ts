/** The browser’s end of `/ws/echo`: hello, one offer, candidates, bye. */

import { type FailureCode, isFailureCode } from '../../contract/failures.ts';
import type { EchoClientMessage, EchoServerMessage } from '../../contract/signal.ts';
import { withDeadline } from './deadline.ts';
import { readServerMessage } from './signal-message.ts';

const version = 1;

export class SignalError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.name = 'SignalError';
    this.code = code;
  }
}

type Handler = (message: EchoServerMessage) => void;

export class SignalClient {
  readonly #socket: WebSocket;
  #handlers: Handler[] = [];
  #broken: SignalError | null = null;
  #onBroken: ((error: SignalError) => void)[] = [];
  /** Candidates that came before anybody asked for them. */
  #early: RTCIceCandidateInit[] = [];
  #handleCandidate: ((candidate: RTCIceCandidateInit) => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', (event) => this.#receive(event.data));
    socket.addEventListener('error', () => this.#break('signal-failed', 'the WebSocket did not open'));
    socket.addEventListener('close', (event) => {
      this.#break('signal-failed', `the WebSocket closed with code ${event.code}`);
    });
  }

  /** Opens the socket and waits for the service’s hello. Rejects with a SignalError. */
  static async open(url: string, deadlineMs: number): Promise<SignalClient> {
    let client: SignalClient | null = null;
    try {
      client = new SignalClient(new WebSocket(url));
      const opened = client;
      const hello = opened.#next('hello');
      opened.#socket.addEventListener('open', () => opened.#send({ type: 'hello', version }));
      await withDeadline(hello, deadlineMs, 'the WebSocket');
      return opened;
    } catch (error) {
      client?.close();
      throw asSignalError(error);
    }
  }

  /** Sends the offer; resolves with the answer’s SDP. Rejects with a SignalError. */
  async offer(sdp: string, relayOnly: boolean, deadlineMs: number): Promise<string> {
    try {
      const answer = this.#next('answer');
      this.#send({ type: 'offer', sdp, relayOnly });
      return (await withDeadline(answer, deadlineMs, 'the answer of the echo peer')).sdp;
    } catch (error) {
      throw asSignalError(error);
    }
  }

  sendCandidate(candidate: RTCIceCandidate): void {
    const { sdpMid, sdpMLineIndex } = candidate;
    this.#send({ type: 'candidate', candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex } });
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

  close(): void {
    this.#send({ type: 'bye' });
    this.#onBroken = [];
    this.#handlers = [];
    this.#socket.close();
  }

  #send(message: EchoClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    const message = readServerMessage(data);
    if (message === null) return;
    if (message.type === 'error') {
      this.#break(isFailureCode(message.code) ? message.code : 'signal-failed', message.message);
    } else if (message.type === 'candidate') {
      const { candidate, sdpMid } = message.candidate;
      if (this.#handleCandidate === null) this.#early.push({ candidate, sdpMid });
      else this.#handleCandidate({ candidate, sdpMid });
    } else {
      for (const handle of [...this.#handlers]) handle(message);
    }
  }

  #break(code: FailureCode, detail: string): void {
    if (this.#broken !== null) return;
    this.#broken = new SignalError(code, detail);
    const listeners = this.#onBroken;
    this.#onBroken = [];
    for (const tell of listeners) tell(this.#broken);
  }

  #next<T extends EchoServerMessage['type']>(type: T): Promise<Extract<EchoServerMessage, { type: T }>> {
    return new Promise((resolve, reject) => {
      this.onBroken(reject);
      this.#handlers.push((message) => {
        if (message.type === type) resolve(message as Extract<EchoServerMessage, { type: T }>);
      });
    });
  }
}

function asSignalError(error: unknown): SignalError {
  if (error instanceof SignalError) return error;
  return new SignalError('signal-failed', error instanceof Error ? error.message : String(error));
}
