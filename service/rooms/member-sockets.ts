/** The WebSockets of members: numbered, read, written, and found out when they are dead. */
import type { SignalClientMessage, SignalServerMessage } from '../../contract/signalling.ts';
import { Heartbeat } from '../live/heartbeat.ts';
import { readClientMessage } from './read-client-message.ts';

/** What is needed of a WebSocket (`ws` has it). */
export interface RoomSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close' | 'error', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
}

export type SocketEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'said'; readonly message: SignalClientMessage; readonly characters: number }
  | { readonly kind: 'babbled'; readonly problem: string }
  | { readonly kind: 'closed' };

/** RFC 6455 §7.4.1; 1013 is from the IANA registry. */
export const closeCodes = { left: 1000, refused: 1008, again: 1013 } as const;

const pingMs = 30_000;
/** A reader that lets more than this pile up is cut off; it comes back, and gets what it has missed. */
const maxBufferedBytes = 2_097_152;

export class MemberSockets {
  readonly #onEvent: (socket: number, event: SocketEvent) => void;
  readonly #newNumber: () => number;
  readonly #sockets = new Map<number, RoomSocket>();
  readonly #heartbeat = new Heartbeat<RoomSocket>(pingMs, (socket) => socket.terminate());

  constructor(newNumber: () => number, onEvent: (socket: number, event: SocketEvent) => void) {
    this.#newNumber = newNumber;
    this.#onEvent = onEvent;
  }

  add(socket: RoomSocket): void {
    const id = this.#newNumber();
    this.#heartbeat.add(socket);
    this.#sockets.set(id, socket);
    socket.on('message', (data, isBinary) => this.#onMessage(id, isBinary ? null : data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#heartbeat.remove(socket);
      this.#sockets.delete(id);
      this.#onEvent(id, { kind: 'closed' });
    });
    this.#onEvent(id, { kind: 'opened' });
  }

  send(id: number, message: SignalServerMessage): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
    else socket.send(JSON.stringify(message));
  }

  close(id: number, code: keyof typeof closeCodes, reason: string): void {
    const socket = this.#sockets.get(id);
    this.#sockets.delete(id);
    socket?.close(closeCodes[code], reason);
  }

  #onMessage(id: number, text: string | null): void {
    const message = text === null ? 'messages are text' : readClientMessage(text);
    if (typeof message === 'string') this.#onEvent(id, { kind: 'babbled', problem: message });
    else this.#onEvent(id, { kind: 'said', message, characters: text?.length ?? 0 });
  }
}
