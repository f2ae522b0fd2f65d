/**
 * One allocation on a connected UDP socket. `stun/io/drive.ts` runs the same client on unconnected ones, which is dearer
 * for every packet; ChannelData does not pass the client here but goes straight to the owner.
 */
import { createSocket, type Socket } from 'node:dgram';
import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import { toEndpoint, toLinkError } from '../../../stun/io/link.ts';
import type { Effect, Input } from '../../../stun/machine.ts';
import {
  AllocationClient,
  type AllocationClientOptions,
  type AllocationEvent,
} from '../../client/allocation-client.ts';
import { channelHeaderBytes, firstOfChannelData } from '../traffic.ts';
import { DatagramWriter } from './datagram-writer.ts';
import type { ClientAct, DatagramOwner, FlowHost, PacketWriter } from './flow-host.ts';
import { setUpGiveUpMs } from './load-task.ts';

export interface AllocationHostOptions
  extends Omit<AllocationClientOptions, 'transport' | 'socket' | 'family'> {
  readonly bindAddress: string | null;
  readonly onEvent: (event: AllocationEvent) => void;
  /** @param at where the data begins */
  readonly onChannelData?: (bytes: Uint8Array, at: number) => void;
  /** Of the socket; once the allocation is there these come from ICMP. */
  readonly onError?: (code: string) => void;
  /** A packet was refused by the system, by errno name. */
  readonly onSendFailed: (code: string) => void;
}

/** Asked of the system for every socket; it gives what net.core.rmem_max and wmem_max allow. */
export const wantedBufferBytes = 4 * 2 ** 20;

export class AllocationHost implements FlowHost, DatagramOwner {
  readonly #options: AllocationHostOptions;
  readonly #client: AllocationClient;
  readonly #socketId = 'relay';
  readonly datagrams: DatagramOwner = this;
  #socket: Socket | null = null;
  #local: Endpoint | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  readonly #steps: ((nowMs: number) => readonly Effect<AllocationEvent>[])[] = [];

  constructor(options: AllocationHostOptions) {
    this.#options = options;
    const family = familyOf(options.server.address);
    this.#client = new AllocationClient({
      giveUpMs: setUpGiveUpMs,
      ...options,
      transport: 'udp',
      family,
      socket: this.#socketId,
    });
  }

  get local(): Endpoint | null {
    return this.#local;
  }

  get datagramPort(): number | null {
    return this.#local?.port ?? null;
  }

  get receiveBufferBytes(): number | null {
    return this.#socket?.getRecvBufferSize() ?? null;
  }

  start(): void {
    this.#take({ kind: 'start' });
  }

  command(act: ClientAct): void {
    this.#step((nowMs) => act(this.#client, nowMs));
  }

  openWriter(): PacketWriter | null {
    return this.#socket === null ? null : new DatagramWriter(this.#socket, this.#options.onSendFailed);
  }

  /** A datagram of the server that is no ChannelData. */
  receive(bytes: Uint8Array): void {
    this.#take({ kind: 'received', socket: this.#socketId, from: this.#options.server, bytes });
  }

  /** What the network says about something that was sent before, by errno name. */
  refused(code: string, message = code): void {
    this.#options.onError?.(code);
    const error = { code, message };
    this.#take({ kind: 'send-failed', socket: this.#socketId, to: this.#options.server, error });
  }

  /** At once, without a word to the server. */
  close(): void {
    clearTimeout(this.#timer);
    this.#steps.length = 0;
    this.#closeSocket();
  }

  #take(input: Input): void {
    this.#step((nowMs) => this.#client.handle(nowMs, input));
  }

  /** What arises during a step waits for its turn: the client is never entered twice. */
  #step(step: (nowMs: number) => readonly Effect<AllocationEvent>[]): void {
    this.#steps.push(step);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#steps.shift(); next !== undefined; next = this.#steps.shift()) {
        const nowMs = performance.now();
        for (const effect of next(nowMs)) this.#perform(effect);
      }
    } finally {
      this.#isBusy = false;
    }
    this.#arm();
  }

  #perform(effect: Effect<AllocationEvent>): void {
    switch (effect.kind) {
      case 'open':
        this.#open();
        break;
      case 'send':
        this.#socket?.send(effect.bytes, this.#onSent);
        break;
      case 'close':
        this.#closeSocket();
        break;
      case 'emit':
        this.#options.onEvent(effect.event);
        break;
    }
  }

  readonly #onSent = (error: Error | null): void => {
    if (error === null) return;
    const { server } = this.#options;
    this.#take({ kind: 'send-failed', socket: this.#socketId, to: server, error: toLinkError(error) });
  };

  #open(): void {
    const { server, bindAddress } = this.#options;
    const socket = createSocket({
      type: familyOf(server.address) === 'ipv4' ? 'udp4' : 'udp6',
      recvBufferSize: wantedBufferBytes,
      sendBufferSize: wantedBufferBytes,
    });
    this.#socket = socket;
    socket.on('message', (bytes) => this.#onMessage(bytes));
    socket.on('error', (error) => this.#onError(socket, error));
    socket.once('connect', () => this.#onConnected(socket));
    const connect = (): void => socket.connect(server.port, server.address);
    if (bindAddress === null) connect();
    else socket.bind({ address: bindAddress, port: 0, exclusive: true }, connect);
  }

  #onConnected(socket: Socket): void {
    if (socket !== this.#socket) return;
    const { address, port } = socket.address();
    this.#local = toEndpoint(address, port);
    this.#take({ kind: 'opened', socket: this.#socketId, local: this.#local });
  }

  #onMessage(bytes: Uint8Array): void {
    if ((bytes[0] ?? 0) >= firstOfChannelData) this.#options.onChannelData?.(bytes, channelHeaderBytes);
    else this.receive(bytes);
  }

  /** Before the socket is connected it never comes up; later the network says that nobody is there. */
  #onError(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    const problem = toLinkError(error);
    if (this.#local === null) {
      this.#take({ kind: 'open-failed', socket: this.#socketId, error: problem });
      return;
    }
    this.refused(problem.code, problem.message);
  }

  #closeSocket(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#local = null;
    socket?.removeAllListeners();
    // What the system still reports about it concerns nobody.
    socket?.on('error', () => undefined);
    socket?.close();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const deadlineMs = this.#socket === null ? null : this.#client.nextDeadlineMs();
    if (deadlineMs === null) return;
    const waitMs = Math.max(0, Math.ceil(deadlineMs - performance.now()));
    this.#timer = setTimeout(() => this.#take({ kind: 'deadline' }), waitMs);
  }
}
