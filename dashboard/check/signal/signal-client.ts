/** The browser’s end of `/ws/echo`: hello, then any number of peers over the one socket, and bye. */
import type { EchoClientMessage } from '../../../contract/signal.ts';
import { withDeadline } from '../deadline.ts';
import { asSignalError, errorOf, SignalError } from './signal-error.ts';
import { readServerMessage } from './signal-message.ts';
import { SignalPeer } from './signal-peer.ts';

const version = 1;

export class SignalClient {
  readonly #socket: WebSocket;
  readonly #peers = new Map<string, SignalPeer>();
  readonly #greeted: Promise<void>;
  #hello: () => void = () => undefined;
  #refuse: (error: SignalError) => void = () => undefined;
  #broken: SignalError | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#greeted = new Promise((resolve, reject) => {
      this.#hello = resolve;
      this.#refuse = reject;
    });
    // Whoever opens it waits with a deadline and may have gone.
    this.#greeted.catch(() => undefined);
    socket.addEventListener('open', () => this.send({ type: 'hello', version }));
    socket.addEventListener('message', (event) => this.#receive(event.data));
    socket.addEventListener('error', () =>
      this.#break(new SignalError('signal-failed', 'the WebSocket did not open')),
    );
    socket.addEventListener('close', (event) => {
      this.#break(new SignalError('signal-failed', `the WebSocket closed with code ${event.code}`));
    });
  }

  /** Opens the socket and waits for the service’s hello. Rejects with a SignalError. */
  static async open(url: string, deadlineMs: number): Promise<SignalClient> {
    let client: SignalClient | null = null;
    try {
      client = new SignalClient(new WebSocket(url));
      await withDeadline(client.#greeted, deadlineMs, 'the WebSocket');
      return client;
    } catch (error) {
      client?.close();
      throw asSignalError(error);
    }
  }

  /** Why the socket can no longer be used; null: it can. */
  get broken(): SignalError | null {
    return this.#broken;
  }

  /** A new peer under a name of its own; a socket that has broken gives one that has broken, too. */
  peer(name: string): SignalPeer {
    const peer = new SignalPeer(name, (message) => this.send(message));
    this.#peers.set(name, peer);
    if (this.#broken !== null) peer.break(this.#broken);
    return peer;
  }

  send(message: EchoClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.send({ type: 'bye' });
    this.#peers.clear();
    this.#socket.close();
  }

  #receive(data: unknown): void {
    const message = readServerMessage(data);
    if (message === null) return;
    if (message.type === 'hello') this.#hello();
    else if (message.peer !== undefined) this.#peers.get(message.peer)?.receive(message);
    else if (message.type === 'error') this.#break(errorOf(message));
  }

  #break(error: SignalError): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    this.#refuse(error);
    for (const peer of this.#peers.values()) peer.break(error);
  }
}
