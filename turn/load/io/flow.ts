/** One allocation, one channel, one peer: packets go out through the relay and come back. */
import type { Socket } from 'node:dgram';
import type { LoadProfile, LoadStream } from '../../../contract/load-profile.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import { toLinkError } from '../../../stun/io/link.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import { SeenWindow } from '../seen-window.ts';
import { Stamper, StampReader, trialStep } from '../stamp.ts';
import { channelHeaderBytes } from '../traffic.ts';
import { AllocationHost, type AllocationHostOptions } from './allocation-host.ts';
import { EchoPeer } from './echo-peer.ts';
import type { StepMeter } from './step-meter.ts';

export interface FlowOptions
  extends Pick<AllocationHostOptions, 'server' | 'credentials' | 'bindAddress' | 'random'> {
  readonly stream: LoadStream;
  readonly peer: LoadProfile['peer'];
  readonly token: number;
  readonly meter: StepMeter;
}

/** Frames that wait to be sent must not be written again: so many may wait. */
const frameCount = 64;
const trials = 10;
const trialMs = 200;

interface Frame {
  readonly bytes: Uint8Array;
  readonly stamper: Stamper;
}

export class Flow {
  readonly #options: FlowOptions;
  readonly #meter: StepMeter;
  readonly #reader: StampReader;
  readonly #frames: Frame[] = [];
  readonly #host: AllocationHost;
  readonly #seen = new SeenWindow();
  #peer: EchoPeer | null = null;
  #client: Socket | null = null;
  #sequence = 0;
  /** Handed over, and its fate not yet told. */
  #pending = 0;
  #isAllocated = false;
  #software: string | null = null;
  #trialTimer: NodeJS.Timeout | undefined;
  #onOpen: ((failure: AllocationFailure | null) => void) | null = null;
  #onReleased: (() => void) | null = null;

  constructor(options: FlowOptions) {
    const { server, credentials, bindAddress, random, meter, token } = options;
    this.#options = options;
    this.#meter = meter;
    this.#reader = new StampReader(token);
    this.#host = new AllocationHost({
      server,
      credentials,
      bindAddress,
      random,
      onEvent: (event) => {
        if (event.kind === 'allocated') this.#onAllocated(event.relayed, event.software);
        else if (event.kind === 'bound') this.#onBound(event.channel);
        else if (event.kind === 'peer-refused') this.#fail(event.failure);
        else if (event.kind === 'failed') this.#onLost(event.failure);
        else if (event.kind === 'released') this.#onReleased?.();
      },
      onChannelData: (bytes) => this.#onBack(bytes),
      onError: (code) => meter.failed(code),
    });
  }

  /** SOFTWARE of the server, once it has answered. */
  get software(): string | null {
    return this.#software;
  }

  /** Local ports, for those who look at what the system dropped at them. */
  get ports(): number[] {
    return [this.#host.local?.port, this.#peer?.port].flatMap((port) => port ?? []);
  }

  /** The smallest that a socket was given. */
  get receiveBufferBytes(): number {
    const own = this.#client?.getRecvBufferSize() ?? Number.POSITIVE_INFINITY;
    return Math.min(own, this.#peer?.receiveBufferBytes ?? own);
  }

  /** Resolves when a packet has been through the relay and back; else with what went wrong. */
  open(): Promise<AllocationFailure | null> {
    return new Promise((resolve) => {
      this.#onOpen = (failure) => {
        clearInterval(this.#trialTimer);
        this.#onOpen = null;
        resolve(failure);
      };
      this.#host.start();
    });
  }

  /** False: the system has not taken the packets before it yet, and there is no room for another. */
  send(dueMs: number, step: number): boolean {
    const socket = this.#client;
    if (socket === null) return false;
    if (this.#pending >= frameCount && socket.getSendQueueCount() > 0) return false;
    this.#sequence += 1;
    const frame = this.#frames[this.#sequence % frameCount];
    if (frame === undefined) return false;
    frame.stamper.write(dueMs, this.#sequence, step);
    this.#pending += 1;
    socket.send(frame.bytes, this.#onSent);
    return true;
  }

  /** Gives the allocation back. */
  release(): Promise<void> {
    if (!this.#isAllocated) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onReleased = resolve;
      this.#host.command((client, nowMs) => client.release(nowMs));
    });
  }

  close(): void {
    clearInterval(this.#trialTimer);
    this.#client = null;
    this.#host.close();
    this.#peer?.close();
  }

  readonly #onSent = (error: Error | null): void => {
    this.#pending -= 1;
    if (error !== null) this.#meter.sendFailed(toLinkError(error).code);
  };

  #onAllocated(relayed: Endpoint, software: string | null): void {
    const { peer, token } = this.#options;
    this.#isAllocated = true;
    this.#software = software;
    if (peer.kind === 'hairpin') {
      this.#bind(relayed);
      return;
    }
    this.#peer = new EchoPeer({
      address: peer.address ?? this.#host.local?.address ?? '',
      token,
      meter: this.#meter,
      onBound: (at) => this.#bind(at),
      onError: (error) => this.#onPeerError(error),
    });
  }

  #bind(peer: Endpoint): void {
    this.#host.command((client, nowMs) => client.channelBind(nowMs, peer));
  }

  /** The client binds a channel again every nine minutes; only the first time is a beginning. */
  #onBound(channel: number): void {
    if (this.#client !== null) return;
    const { stream, token } = this.#options;
    for (let i = 0; i < frameCount; i += 1) {
      const bytes = new Uint8Array(channelHeaderBytes + stream.bytes);
      // RFC 8656 s12.4: channel number, then the length of the data.
      new DataView(bytes.buffer).setUint16(0, channel);
      new DataView(bytes.buffer).setUint16(2, stream.bytes);
      this.#frames.push({ bytes, stamper: new Stamper(bytes, channelHeaderBytes, token) });
    }
    this.#client = this.#host.socket;
    let tried = 0;
    const attempt = (): void => {
      tried += 1;
      if (tried <= trials) this.send(performance.now(), trialStep);
      else this.#fail({ code: 'echo-timeout', detail: 'no packet came through the relay and back' });
    };
    this.#trialTimer = setInterval(attempt, trialMs);
    attempt();
  }

  #onBack(bytes: Uint8Array): void {
    if (!this.#reader.read(bytes, channelHeaderBytes)) return;
    const { dueMs, sequence, step } = this.#reader;
    if (step === trialStep) this.#onOpen?.(null);
    else if (this.#seen.isNew(sequence)) this.#meter.arrivedBack(dueMs, step);
  }

  #onPeerError(error: Error): void {
    const { code, message } = toLinkError(error);
    if (this.#onOpen === null) this.#meter.failed(code);
    else this.#fail({ code: 'local-bind-failed', detail: message });
  }

  #onLost(failure: AllocationFailure): void {
    this.#isAllocated = false;
    this.#fail(failure);
    this.#onReleased?.();
  }

  #fail(failure: AllocationFailure): void {
    if (this.#onOpen !== null) this.#onOpen(failure);
    else this.#meter.failed(failure.code);
  }
}
