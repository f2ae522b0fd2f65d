/** Packets through allocations that stay. */
import { randomBytes } from 'node:crypto';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { Source } from '../arrivals.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { sourcesOf } from '../traffic.ts';
import { wayOfStream } from '../way-of-stream.ts';
import { type OpenedEngine, openEngine } from './batched-engine.ts';
import { Flow } from './flow.ts';
import { Gauges } from './gauges.ts';
import { giveBack } from './give-back.ts';
import type { LoadTask, Prepared } from './load-task.ts';
import { ownUdpDescriptors } from './own-descriptors.ts';
import { countedBy, runStep, type ScheduledStep } from './schedule-step.ts';
import { StepMeter } from './step-meter.ts';

type PacketPreparation = Extract<Preparation, { readonly axis: 'packets' }>;

/** Flows that are set up at the same time; even, for pairs. */
const openAtOnce = 8;

export class PacketTask implements LoadTask {
  readonly #preparation: PacketPreparation;
  readonly #sharesThread: boolean;
  readonly #meter = new StepMeter();
  readonly #flows: Flow[];
  readonly #closing = new AbortController();
  #prepared: Promise<Prepared> | null = null;
  #engine: OpenedEngine | null = null;

  /** @param sharesThread others have work in this thread */
  constructor(preparation: PacketPreparation, sharesThread: boolean) {
    this.#sharesThread = sharesThread;
    this.#preparation = preparation;
    this.#flows = preparation.flows.map(
      (stream) =>
        new Flow({
          target: wayOfStream(preparation, stream, preparation.ports),
          token: preparation.token,
          peerAddress: preparation.peer.address,
          stream,
          meter: this.#meter,
          random: (size) => randomBytes(size),
        }),
    );
  }

  prepare(): Promise<Prepared> {
    this.#prepared = this.#setUp();
    return this.#prepared;
  }

  async #setUp(): Promise<Prepared> {
    for (let at = 0; at < this.#flows.length && !this.#closing.signal.aborted; at += openAtOnce) {
      const some = this.#flows.slice(at, at + openAtOnce);
      const failure =
        (await firstFailure(some.map((flow) => flow.allocate()))) ??
        (await firstFailure(some.map((flow, i) => flow.bind(this.#peerOf(some, i))))) ??
        (await firstFailure(some.map((flow) => flow.tryOut())));
      if (failure !== null) return { ok: false, failure };
    }
    const descriptors = ownUdpDescriptors();
    for (const flow of this.#flows) flow.takeDescriptors(descriptors);
    this.#engine = await this.#openEngine(descriptors);
    // It was closed meanwhile.
    if (this.#closing.signal.aborted) this.#engine.batched?.close();
    return { ok: true, software: this.#flows[0]?.software ?? null, engine: this.#engine.use };
  }

  /** In hairpins the first and the second are each other’s peers, the third and the fourth, and so on. */
  #peerOf(flows: readonly Flow[], index: number): Endpoint | null {
    return this.#preparation.peer.kind === 'hairpin' ? (flows[index ^ 1]?.relayed ?? null) : null;
  }

  step(order: StepOrder): Promise<StepCount> {
    const sources = sourcesOf(this.#preparation.flows, order.offered);
    // Flows over streams between relayed addresses have no datagram socket.
    const buffers = this.#flows.map((flow) => flow.receiveBufferBytes).filter(Number.isFinite);
    const ports = this.#flows.flatMap((flow) => flow.ports);
    return runStep({
      order,
      sources,
      meter: this.#meter,
      gauges: new Gauges(ports, buffers.length === 0 ? null : Math.min(...buffers)),
      tellsOutward: this.#preparation.peer.kind === 'echo',
      signal: this.#closing.signal,
      ...this.#way(sources),
    });
  }

  #openEngine(descriptors: ReadonlyMap<number, number>): Promise<OpenedEngine> {
    const { transport, flows, engine, token } = this.#preparation;
    const wanted = {
      engine,
      token,
      transports: flows.map((stream) => stream.transport ?? transport),
      sharesThread: this.#sharesThread,
    };
    return openEngine(wanted, this.#flows, this.#meter, descriptors);
  }

  /** How packets of a step leave. */
  #way(sources: readonly Source[]): Pick<ScheduledStep, 'offer' | 'flush' | 'turner'> {
    const flows = this.#flows;
    const batched = this.#engine?.batched ?? null;
    if (batched === null) {
      return {
        offer: countedBy(this.#meter, (flow, dueMs, step) => flows[flow]?.send(dueMs, step) ?? false),
      };
    }
    return {
      offer: (flow, dueMs, step) => batched.offer(flows[flow], dueMs, step),
      flush: () => batched.flush(),
      turner: (task) => batched.turner(task, sources),
    };
  }

  async finish(): Promise<void> {
    this.#closing.abort();
    await giveBack(this.#releaseAll());
    this.close();
  }

  /** What is being allocated at the moment is waited for: it could not be given back later. */
  async #releaseAll(): Promise<void> {
    await this.#prepared;
    await Promise.all(this.#flows.map((flow) => flow.release()));
  }

  close(): void {
    this.#closing.abort();
    for (const flow of this.#flows.splice(0)) flow.close();
    this.#engine?.batched?.close();
    this.#engine = null;
  }
}

async function firstFailure(
  stages: readonly Promise<AllocationFailure | null>[],
): Promise<AllocationFailure | null> {
  return (await Promise.all(stages)).find((failure) => failure !== null) ?? null;
}
