/** One allocation, one channel, one peer: packets go out through the relay and come back. */
import { performance } from 'node:perf_hooks';
import type { LoadStream } from '../../../contract/load-profile.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import { FrameRing, frameCount } from '../frame-ring.ts';
import type { TargetOrder } from '../orders.ts';
import { SeenWindow } from '../seen-window.ts';
import { StampReader, trialStep } from '../stamp.ts';
import { AllocationHost, type AllocationHostOptions } from './allocation-host.ts';
import type { Outlet } from './batched-sender.ts';
import type { DatagramSockets } from './datagram-sockets.ts';
import { EchoPeer } from './echo-peer.ts';
import type { FlowHost, PacketWriter } from './flow-host.ts';
import { FlowSocket } from './flow-socket.ts';
import type { StepMeter } from './step-meter.ts';
import { StreamHost } from './stream-host.ts';

export interface FlowOptions extends Pick<AllocationHostOptions, 'random'> {
  readonly target: TargetOrder;
  readonly stream: LoadStream;
  /** Where a peer of its own is; null: the address from which the server is reached. */
  readonly peerAddress: string | null;
  readonly token: number;
  readonly meter: StepMeter;
}

/** Packets that try a new channel out. */
const trials = 10;
const trialMs = 200;

/** Set up in three stages: `allocate`, `bind`, `tryOut`. */
export class Flow {
  readonly #options: FlowOptions;
  readonly #meter: StepMeter;
  readonly #reader: StampReader;
  #frames: FrameRing | null = null;
  readonly #host: FlowHost;
  readonly #seen = new SeenWindow();
  #peer: EchoPeer | null = null;
  #writer: PacketWriter | null = null;
  #channel = 0;
  #socket: FlowSocket | null = null;
  /** Of the batched engine: undone before a socket is closed. */
  readonly #attached: (() => void)[] = [];
  /** What is due afterwards is lost. */
  #isLost = false;
  #relayed: Endpoint | null = null;
  #software: string | null = null;
  #sequence = 0;
  #trialTimer: NodeJS.Timeout | undefined;
  /** For whoever waits for a stage of the set-up. */
  #settle: ((failure: AllocationFailure | null) => void) | null = null;
  #onReleased: (() => void) | null = null;

  constructor(options: FlowOptions) {
    const { meter, token } = options;
    this.#options = options;
    this.#meter = meter;
    this.#reader = new StampReader(token);
    this.#host = this.#makeHost();
  }

  /** SOFTWARE of the server, once it has answered. */
  get software(): string | null {
    return this.#software;
  }

  /** Null: there is no allocation. */
  get relayed(): Endpoint | null {
    return this.#relayed;
  }

  /** Local ports, for those who look at what the system dropped at them. */
  get ports(): number[] {
    return [this.#host.datagramPort, this.#peer?.port].flatMap((port) => port ?? []);
  }

  /** The smallest that a socket was given. */
  get receiveBufferBytes(): number {
    const own = this.#host.receiveBufferBytes ?? Number.POSITIVE_INFINITY;
    return Math.min(own, this.#peer?.receiveBufferBytes ?? own);
  }

  /** Once set up. @param descriptors of UDP sockets, by local port */
  takeDescriptors(descriptors: ReadonlyMap<number, number>): void {
    this.#writer?.takeDescriptor?.(descriptors.get(this.#host.datagramPort ?? 0));
    this.#peer?.takeDescriptor(descriptors);
  }

  /** Null: not attached, or there is no allocation any more. */
  get outlet(): Outlet | null {
    return this.#socket;
  }

  /** Once set up: its sockets are those of the batched engine as well. @returns false: it cannot be */
  attach(sockets: DatagramSockets, descriptors: ReadonlyMap<number, number>): boolean {
    const descriptor = descriptors.get(this.#host.datagramPort ?? 0);
    const owner = this.#host.datagrams;
    if (descriptor === undefined || owner === null) return false;
    if (this.#peer !== null) {
      const detachPeer = this.#peer.attach(sockets, descriptors);
      if (detachPeer === null) return false;
      this.#attached.push(detachPeer);
    }
    this.#socket = new FlowSocket({
      descriptor,
      owner,
      channel: this.#channel,
      payloadBytes: this.#options.stream.bytes,
      sequence: this.#sequence,
      onChannelData: (view, at, end, arrivedMs) => {
        if (this.#reader.readFrom(view, at, end)) this.#onBack(arrivedMs);
      },
    });
    this.#attached.push(sockets.add(this.#socket));
    return true;
  }

  detach(): void {
    this.#socket = null;
    for (const detach of this.#attached.splice(0)) detach();
  }

  /** First stage. Each resolves to null, or to what went wrong. */
  allocate(): Promise<AllocationFailure | null> {
    return this.#stage(() => this.#host.start());
  }

  /** Second stage. @param peer null: one of its own, which sends everything back */
  bind(peer: Endpoint | null): Promise<AllocationFailure | null> {
    return this.#stage(() => {
      if (peer === null) this.#openPeer();
      else this.#bindChannel(peer);
    });
  }

  /** Third stage: resolves when a packet has come out of the relay. */
  tryOut(): Promise<AllocationFailure | null> {
    return this.#stage(() => {
      let tried = 0;
      const attempt = (): void => {
        tried += 1;
        // To have heard is no reason to stop: the other end of a pair may not have heard anything yet.
        if (tried <= trials) {
          this.send(performance.now(), trialStep);
          return;
        }
        clearInterval(this.#trialTimer);
        this.#settle?.({ code: 'echo-timeout', detail: 'no packet came out of the relay' });
      };
      this.#trialTimer = setInterval(attempt, trialMs);
      attempt();
    });
  }

  /** False: the system has not taken the packets before it yet, and there is no room for another. */
  send(dueMs: number, step: number): boolean {
    if (this.#isLost) return true;
    const writer = this.#writer;
    const frames = this.#frames;
    if (writer === null || frames === null || writer.hasWaiting(frameCount)) return false;
    this.#sequence += 1;
    writer.send(frames.stamped(dueMs, this.#sequence, step));
    return true;
  }

  /** Gives the allocation back. */
  release(): Promise<void> {
    if (this.#relayed === null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onReleased = resolve;
      this.#host.command((client, nowMs) => client.release(nowMs));
    });
  }

  close(): void {
    clearInterval(this.#trialTimer);
    this.#dropWriter();
    this.#host.close();
    this.#peer?.close();
  }

  #makeHost(): FlowHost {
    const { target, random } = this.#options;
    const { transport, server, credentials, bindAddress } = target;
    const onFailed = (code: string): void => this.#meter.failed(code);
    const events = {
      onEvent: (event: AllocationEvent) => this.#onEvent(event),
      onChannelData: (bytes: Uint8Array, at: number) => {
        if (this.#reader.read(bytes, at)) this.#onBack(performance.now());
      },
    };
    if (transport !== 'udp')
      return new StreamHost({ ...events, target, onFull: () => onFailed('connection-full') });
    const onSendFailed = (code: string): void => this.#meter.sendFailed(code);
    return new AllocationHost({
      ...{ ...events, server, credentials, bindAddress, random },
      onError: onFailed,
      onSendFailed,
    });
  }

  #dropWriter(): void {
    this.detach();
    this.#writer?.forgetDescriptor?.();
    this.#writer = null;
  }

  #stage(begin: () => void): Promise<AllocationFailure | null> {
    return new Promise((resolve) => {
      this.#settle = (failure) => {
        this.#settle = null;
        resolve(failure);
      };
      begin();
    });
  }

  #onEvent(event: AllocationEvent): void {
    switch (event.kind) {
      case 'allocated':
        this.#relayed = event.relayed;
        this.#software = event.software;
        this.#settle?.(null);
        break;
      case 'bound':
        this.#onBound(event.channel);
        break;
      case 'peer-refused':
        this.#fail(event.failure);
        break;
      case 'failed':
        this.#relayed = null;
        this.#isLost = this.#writer !== null;
        this.#dropWriter();
        this.#fail(event.failure);
        this.#onReleased?.();
        break;
      case 'released':
        this.#dropWriter();
        this.#onReleased?.();
    }
  }

  #openPeer(): void {
    const { peerAddress, token } = this.#options;
    this.#peer = new EchoPeer({
      address: peerAddress ?? this.#host.local?.address ?? '',
      token,
      meter: this.#meter,
      onBound: (at) => this.#bindChannel(at),
      onError: (code, message) => this.#onPeerError(code, message),
    });
  }

  #bindChannel(peer: Endpoint): void {
    this.#host.command((client, nowMs) => client.channelBind(nowMs, peer));
  }

  /** The client binds a channel again every nine minutes; only the first time is a beginning. */
  #onBound(channel: number): void {
    if (this.#writer !== null) return;
    const { stream, token } = this.#options;
    this.#channel = channel;
    this.#frames = new FrameRing(channel, stream.bytes, token);
    this.#writer = this.#host.openWriter();
    this.#settle?.(null);
  }

  /** What the reader has read. */
  #onBack(arrivedMs: number): void {
    const { dueMs, sequence, step } = this.#reader;
    if (step === trialStep) this.#settle?.(null);
    else if (this.#seen.isNew(sequence)) this.#meter.arrivedBack(dueMs, step, arrivedMs);
  }

  #onPeerError(code: string, message: string): void {
    if (this.#settle === null) this.#meter.failed(code);
    else this.#fail({ code: 'local-bind-failed', detail: message });
  }

  #fail(failure: AllocationFailure): void {
    if (this.#settle !== null) this.#settle(failure);
    else this.#meter.failed(failure.code);
  }
}
