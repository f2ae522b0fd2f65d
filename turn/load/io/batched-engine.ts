/** All packets of a worker by few system calls: what is due leaves together, what has arrived is taken together. */

import { endianness } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { LoadEngineUse } from '../../../contract/load-report.ts';
import type { Transport } from '../../../stun/machine.ts';
import type { Source } from '../arrivals.ts';
import { chooseEngine } from '../engine.ts';
import type { Preparation } from '../orders.ts';
import { batchedTurns, restBetweenTurns } from '../turn-rest.ts';
import { BatchedSender } from './batched-sender.ts';
import { BatchedSockets } from './batched-sockets.ts';
import { BatchedTurner } from './batched-turner.ts';
import type { DatagramSockets } from './datagram-sockets.ts';
import type { Flow } from './flow.ts';
import { type Libc, type LoadedLibc, loadLibc } from './libc.ts';
import { openRingSockets } from './ring-sockets.ts';
import type { StepMeter } from './step-meter.ts';
import type { PacedTask, Turner } from './turner.ts';

export class BatchedEngine {
  readonly #sockets: DatagramSockets;
  readonly #sender: BatchedSender;
  readonly #meter: StepMeter;

  constructor(libc: Libc, sockets: DatagramSockets, meter: StepMeter, token: number) {
    this.#sockets = sockets;
    this.#sender = new BatchedSender(libc, sockets, meter, token);
    this.#meter = meter;
  }

  /** Sends, and counts. A flow without a socket of its own any more is lost, and so is what is due on it. */
  offer(flow: Flow | undefined, dueMs: number, step: number): void {
    const outlet = flow?.outlet ?? null;
    if (outlet !== null) this.#sender.add(outlet, dueMs, step);
    else if (flow?.send(dueMs, step)) this.#meter.sent(dueMs, performance.now());
    else this.#meter.unsent(dueMs);
  }

  flush(): void {
    this.#sender.flush();
  }

  turner(task: PacedTask, sources: readonly Source[]): Turner {
    return new BatchedTurner(this.#sockets, task, restBetweenTurns(sources, batchedTurns));
  }

  close(): void {
    this.#sockets.close();
  }
}

export interface WantedEngine extends Pick<Extract<Preparation, { axis: 'packets' }>, 'engine' | 'token'> {
  readonly transports: readonly Transport[];
  /** Others have work in this thread. */
  readonly sharesThread: boolean;
}

/** Which engine this machine can have. */
export async function engineHere({
  engine,
  transports,
  sharesThread,
}: Omit<WantedEngine, 'token'>): Promise<{ use: LoadEngineUse; libc: LoadedLibc }> {
  const libc = await loadLibc();
  const facts = {
    platform: process.platform,
    arch: process.arch,
    isLittleEndian: endianness() === 'LE',
    libcProblem: libc.ok ? null : libc.problem,
    ringProblem: libc.ok ? ringProblem(libc.libc) : null,
    sharesThread,
  };
  return { use: chooseEngine(engine, facts, transports), libc };
}

/** Containers forbid rings as often as not, so one is opened to see. */
function ringProblem(libc: Libc): string | null {
  const opened = openRingSockets(libc, () => undefined);
  if (!opened.ok) return opened.problem;
  opened.sockets.close();
  return null;
}

export interface OpenedEngine {
  readonly use: LoadEngineUse;
  /** Null: portable. */
  readonly batched: BatchedEngine | null;
}

/** Once the flows are set up. @param descriptors of UDP sockets, by local port */
export async function openEngine(
  wanted: WantedEngine,
  flows: readonly Flow[],
  meter: StepMeter,
  descriptors: ReadonlyMap<number, number>,
): Promise<OpenedEngine> {
  const { use, libc } = await engineHere(wanted);
  if (use.kind === 'portable' || !libc.ok) return { use, batched: null };
  const sockets = openSockets(use, libc.libc, (code) => meter.sendFailed(code));
  if (flows.every((flow) => flow.attach(sockets, descriptors)))
    return { use, batched: new BatchedEngine(libc.libc, sockets, meter, wanted.token) };
  for (const flow of flows) flow.detach();
  sockets.close();
  return {
    use: { kind: 'portable', reason: 'the system does not tell which descriptor is which socket' },
    batched: null,
  };
}

function openSockets(
  { kind }: LoadEngineUse,
  libc: Libc,
  onRefused: (code: string) => void,
): DatagramSockets {
  if (kind !== 'ring') return new BatchedSockets(libc, process.arch === 'x64', onRefused);
  const opened = openRingSockets(libc, onRefused);
  // It was possible a moment ago.
  if (!opened.ok) throw new Error(opened.problem);
  return opened.sockets;
}
