/** The other end of a relay: sends back what comes out of it. */
import { createSocket, type Socket } from 'node:dgram';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import { SeenWindow } from '../seen-window.ts';
import { StampReader, trialStep } from '../stamp.ts';
import { wantedBufferBytes } from './allocation-host.ts';
import { DatagramWriter } from './datagram-writer.ts';
import type { StepMeter } from './step-meter.ts';

export interface EchoPeerOptions {
  readonly address: string;
  readonly token: number;
  readonly meter: StepMeter;
  readonly onBound: (at: Endpoint) => void;
  readonly onError: (error: Error) => void;
}

export class EchoPeer {
  readonly #meter: StepMeter;
  readonly #reader: StampReader;
  readonly #seen = new SeenWindow();
  readonly #socket: Socket;
  readonly #writer: DatagramWriter;
  #state: 'alone' | 'connecting' | 'connected' = 'alone';

  constructor({ address, token, meter, onBound, onError }: EchoPeerOptions) {
    this.#meter = meter;
    this.#reader = new StampReader(token);
    this.#socket = createSocket({
      type: familyOf(address) === 'ipv4' ? 'udp4' : 'udp6',
      recvBufferSize: wantedBufferBytes,
      sendBufferSize: wantedBufferBytes,
    });
    this.#writer = new DatagramWriter(this.#socket, (code) => meter.sendFailed(code));
    this.#socket.on('message', (bytes, from) => this.#onMessage(bytes, from));
    this.#socket.on('error', onError);
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
    const { dueMs, sequence, step } = this.#reader;
    if (step !== trialStep && this.#seen.isNew(sequence)) this.#meter.arrivedOut(dueMs, step);
    // What came goes back as it is: nobody writes to it again.
    this.#writer.send(bytes);
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
}
