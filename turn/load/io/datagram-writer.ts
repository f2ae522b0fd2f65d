/**
 * Sends on a connected UDP socket. For every datagram `dgram` makes a request, a list, a closure and a task; write(2) on
 * the socket’s descriptor makes nothing (it is send(2) without flags), and `fs.writeSync` is the public way to it. What the
 * system cannot take at once goes through `dgram`, which waits for room; so does everything where the descriptor is not
 * known.
 */
import type { Socket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { toLinkError } from '../../../stun/io/link.ts';
import type { PacketWriter } from './flow-host.ts';

export class DatagramWriter implements PacketWriter {
  readonly #socket: Socket;
  readonly #onFailed: (code: string) => void;
  #descriptor: number | null = null;
  /** Handed to `dgram`, and their fate not yet told. */
  #waiting = 0;

  /** @param onFailed a datagram was refused, by errno name */
  constructor(socket: Socket, onFailed: (code: string) => void) {
    this.#socket = socket;
    this.#onFailed = onFailed;
  }

  /**
   * @param descriptor of this socket, which is connected; undefined: not known. Whoever closes the socket calls
   * `forgetDescriptor` before: the number may be another file’s then.
   */
  takeDescriptor(descriptor: number | undefined): void {
    this.#descriptor = descriptor ?? null;
  }

  forgetDescriptor(): void {
    this.#descriptor = null;
  }

  /** So many wait for the system. */
  hasWaiting(datagrams: number): boolean {
    return this.#waiting >= datagrams && this.#socket.getSendQueueCount() > 0;
  }

  /** The bytes must stay as they are while any wait. */
  send(bytes: Uint8Array): void {
    // What waits goes first.
    if (this.#descriptor !== null && this.#waiting === 0 && this.#isTaken(this.#descriptor, bytes)) return;
    this.#waiting += 1;
    this.#socket.send(bytes, this.#onSent);
  }

  #isTaken(descriptor: number, bytes: Uint8Array): boolean {
    try {
      writeSync(descriptor, bytes);
    } catch (error) {
      const { code } = toLinkError(error);
      if (code === 'EAGAIN') return false;
      this.#onFailed(code);
    }
    return true;
  }

  readonly #onSent = (error: Error | null): void => {
    this.#waiting -= 1;
    if (error !== null) this.#onFailed(toLinkError(error).code);
  };
}
