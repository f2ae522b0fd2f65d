/** The other end of a relay: sends back what comes out of it. */

import { createSocket, type Socket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import { toLinkError } from '../../../stun/io/link.ts';
import { SeenWindow } from '../seen-window.ts';
import { StampReader, trialStep } from '../stamp.ts';
import { wantedBufferBytes } from './allocation-host.ts';
import type { Datagram, DatagramSockets } from './datagram-sockets.ts';
import { DatagramWriter } from './datagram-writer.ts';
import type { StepMeter } from './step-meter.ts';

export interface EchoPeerOptions {
  readonly address: string;
  readonly token: number;
  readonly meter: StepMeter;
  readonly onBound: (at: Endpoint) => void;
  /** @param code errno name */
  readonly onError: (code: string, message: string) => void;
}

export class EchoPeer {
  readonly #options: EchoPeerOptions;
  readonly #reader: StampReader;
  readonly #seen = new SeenWindow();
  readonly #socket: Socket;
  readonly #writer: DatagramWriter;
  #state: 'alone' | 'connecting' | 'connected' = 'alone';

  constructor(options: EchoPeerOptions) {
    const { address, token, onBound, onError } = options;
    this.#options = options;
    this.#reader = new StampReader(token);
    this.#socket = createSocket({
      type: familyOf(address) === 'ipv4' ? 'udp4' : 'udp6',
      recvBufferSize: wantedBufferBytes,
      sendBufferSize: wantedBufferBytes,
    });
    this.#writer = new DatagramWriter(this.#socket, this.#onSendFailed);
    this.#socket.on('message', (bytes, from) => this.#onMessage(bytes, from));
    this.#socket.on('error', (error) => {
      const { code, message } = toLinkError(error);
      onError(code, message);
    });
    this.#socket.bind({ address, port: 0, exclusive: true }, () => onBound({ address, port: this.port }));
  }

  /** Local; only once it is bound. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Only once it has met its relay. */
  takeDescriptor(descriptors: ReadonlyMap<number, number>): void {
    if (this.#state === 'connected') this.#writer.takeDescriptor(descriptors.get(this.port));
  }

  /** Only once it has met its relay. @returns undoes it, before it is closed; null: its descriptor is not known */
  attach(sockets: DatagramSockets, descriptors: ReadonlyMap<number, number>): (() => void) | null {
    const descriptor = this.#state === 'connected' ? descriptors.get(this.port) : undefined;
    if (descriptor === undefined) return null;
    return sockets.add({
      descriptor,
      take: (datagram) => this.#sendBack(sockets, descriptor, datagram),
      refused: (code) => this.#options.onError(code, code),
    });
  }

  get receiveBufferBytes(): number {
    return this.#socket.getRecvBufferSize();
  }

  close(): void {
    this.#writer.forgetDescriptor();
    this.#socket.close();
  }

  #onMessage(bytes: Uint8Array, from: Endpoint): void {
    if (!this.#reader.read(bytes, 0)) return;
    if (this.#state !== 'connected') {
      this.#meetRelay(bytes, from);
      return;
    }
    this.#count(performance.now());
    // What came goes back as it is: nobody writes to it again.
    this.#writer.send(bytes);
  }

  /** As it came; what is not of this run goes nowhere. */
  #sendBack(sockets: DatagramSockets, descriptor: number, { view, at, end, arrivedMs }: Datagram): void {
    if (!this.#reader.readFrom(view, at, end)) return;
    this.#count(arrivedMs);
    sockets.sendBack(descriptor);
  }

  /** What the reader has read. */
  #count(arrivedMs: number): void {
    const { dueMs, sequence, step } = this.#reader;
    if (step !== trialStep && this.#seen.isNew(sequence))
      this.#options.meter.arrivedOut(dueMs, step, arrivedMs);
  }

  /** From then on the system finds the way without looking, and nobody else is heard. */
  #meetRelay(bytes: Uint8Array, { address, port }: Endpoint): void {
    if (this.#state === 'connecting') return;
    this.#state = 'connecting';
    this.#socket.once('connect', () => {
      this.#state = 'connected';
      this.#writer.send(bytes);
    });
    this.#socket.connect(port, address);
  }

  readonly #onSendFailed = (code: string): void => this.#options.meter.sendFailed(code);
}
