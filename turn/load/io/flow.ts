/** One allocation, one channel, one peer: packets go out through the relay and come back. */
import type { LoadStream } from '../../../contract/load-profile.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import { toLinkError } from '../../../stun/io/link.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { TargetOrder } from '../orders.ts';
import { SeenWindow } from '../seen-window.ts';
import { Stamper, StampReader, trialStep } from '../stamp.ts';
import { channelHeaderBytes } from '../traffic.ts';
import { AllocationHost, type AllocationHostOptions } from './allocation-host.ts';
import { EchoPeer } from './echo-peer.ts';
import type { FlowHost, PacketWriter } from './flow-host.ts';
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

/** Frames that wait to be sent must not be written again: so many may wait. */
const frameCount = 64;
/** Packets that try a new channel out. */
const trials = 10;
const trialMs = 200;

interface Frame {
  readonly bytes: Uint8Array;
  readonly stamper: Stamper;
}

/** Set up in three stages: `allocate`, `bind`, `tryOut`. */
export class Flow {
  readonly #options: FlowOptions;
  readonly #meter: StepMeter;
  readonly #reader: StampReader;
  readonly #frames: Frame[] = [];
  readonly #host: FlowHost;
  readonly #seen = new SeenWindow();
  #peer: EchoPeer | null = null;
  #writer: PacketWriter | null = null;
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
    if (writer === null || writer.hasWaiting(frameCount)) return false;
    this.#sequence += 1;
    const frame = this.#frames[this.#sequence % frameCount];
    if (frame === undefined) return false;
    frame.stamper.write(dueMs, this.#sequence, step);
    writer.send(frame.bytes);
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
      onChannelData: (bytes: Uint8Array, at: number) => this.#onBack(bytes, at),
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
      onError: (error) => this.#onPeerError(error),
    });
  }

  #bindChannel(peer: Endpoint): void {
    this.#host.command((client, nowMs) => client.channelBind(nowMs, peer));
  }

  /** The client binds a channel again every nine minutes; only the first time is a beginning. */
  #onBound(channel: number): void {
    if (this.#writer !== null) return;
    const { stream, token } = this.#options;
    for (let i = 0; i < frameCount; i += 1) {
      const bytes = new Uint8Array(channelHeaderBytes + stream.bytes);
      // RFC 8656 s12.4: channel number, then the length of the data.
      new DataView(bytes.buffer).setUint16(0, channel);
      new DataView(bytes.buffer).setUint16(2, stream.bytes);
      this.#frames.push({ bytes, stamper: new Stamper(bytes, channelHeaderBytes, token) });
    }
    this.#writer = this.#host.openWriter();
    this.#settle?.(null);
  }

  /** @param at where the data begins */
  #onBack(bytes: Uint8Array, at: number): void {
    if (!this.#reader.read(bytes, at)) return;
    const { dueMs, sequence, step } = this.#reader;
    if (step === trialStep) this.#settle?.(null);
    else if (this.#seen.isNew(sequence)) this.#meter.arrivedBack(dueMs, step);
  }

  #onPeerError(error: Error): void {
    const { code, message } = toLinkError(error);
    if (this.#settle === null) this.#meter.failed(code);
    else this.#fail({ code: 'local-bind-failed', detail: message });
  }

  #fail(failure: AllocationFailure): void {
    if (this.#settle !== null) this.#settle(failure);
    else this.#meter.failed(failure.code);
  }
}
