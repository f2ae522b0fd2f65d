/** The frame of every step: an open loop at its rate, some time for what comes late, the counts. */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Arrivals, type Source } from '../arrivals.ts';
import type { StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { eventLoopTurns, restBetweenTurns } from '../turn-rest.ts';
import { Gauges } from './gauges.ts';
import { Pacer } from './pacer.ts';
import type { StepMeter } from './step-meter.ts';
import type { PacedTask, Turner } from './turner.ts';

/** What one turn of the event loop does at most: what arrives meanwhile must not wait for long. */
const mostPerTurn = 64;
/** Between the order and the first packet. */
const leadMs = 20;

export interface ScheduledStep {
  readonly order: StepOrder;
  readonly sources: readonly Source[];
  readonly meter: StepMeter;
  readonly gauges: Gauges;
  readonly tellsOutward: boolean;
  readonly signal: AbortSignal;
  /** Sends, and counts what became of it. */
  readonly offer: (flow: number, dueMs: number, step: number) => void;
  /** What was offered has left afterwards; absent: it leaves at once. */
  readonly flush?: () => void;
  /** Absent: turns of the event loop. */
  readonly turner?: (task: PacedTask) => Turner;
}

export interface RequestStep extends Pick<ScheduledStep, 'order' | 'meter' | 'signal'> {
  readonly send: (dueMs: number, step: number) => boolean;
}

/** @param send false: it could not be done */
export function countedBy(
  meter: StepMeter,
  send: (flow: number, dueMs: number, step: number) => boolean,
): ScheduledStep['offer'] {
  return (flow, dueMs, step) => {
    // Not the time at which the turn began: the packets before it have taken theirs.
    if (send(flow, dueMs, step)) meter.sent(dueMs, performance.now());
    else meter.unsent(dueMs);
  };
}

/** Requests at the rate of the order, over sockets that come and go. */
export function runRequests({ order, meter, signal, send }: RequestStep): Promise<StepCount> {
  return runStep({
    ...{ order, meter, signal },
    sources: [{ flow: 0, periodMs: 1000 / order.offered, burst: 1 }],
    gauges: new Gauges([], null),
    tellsOutward: false,
    offer: countedBy(meter, (_flow, dueMs, step) => send(dueMs, step)),
  });
}

export async function runStep(scheduled: ScheduledStep): Promise<StepCount> {
  const { order, sources, meter, gauges, tellsOutward, signal, offer, flush } = scheduled;
  const { turner = (task: PacedTask) => new Pacer(task, restBetweenTurns(sources, eventLoopTurns)) } =
    scheduled;
  const startMs = performance.now() + leadMs;
  const fromMs = startMs + order.discardSec * 1000;
  const toMs = fromMs + order.seconds * 1000;
  const arrivals = new Arrivals({ sources, pattern: order.arrivals, startMs, random: Math.random });
  const pacer = turner({
    nextMs: () => arrivals.atMs,
    arrivals: () => meter.arrivals,
    work: (nowMs) => {
      for (let done = 0; done < mostPerTurn && arrivals.atMs <= nowMs && arrivals.atMs < toMs; done += 1) {
        offer(arrivals.flow, arrivals.atMs, order.step);
        arrivals.advance();
      }
      flush?.();
    },
  });
  const onAbort = (): void => pacer.stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    meter.begin({ step: order.step, fromMs, toMs, slices: order.slices });
    await pacer.run(fromMs);
    gauges.restart();
    if (!signal.aborted) await pacer.run(toMs);
    const spareMs = pacer.spareMs;
    // Whatever was due and had not come to its turn by then was not sent.
    for (; arrivals.atMs < toMs; arrivals.advance()) meter.unsent(arrivals.atMs);
    const own = gauges.since(spareMs);
    if (!signal.aborted && order.isFollowed !== true)
      await wait(order.drainMs, undefined, { signal }).catch(() => undefined);
    // Drops are counted again: the last packets were still on their way.
    return meter.count({ ...own, socketDrops: gauges.since(spareMs).socketDrops }, tellsOutward);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
