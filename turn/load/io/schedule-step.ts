/** The frame of every step: an open loop at its rate, some time for what comes late, the counts. */
import { setTimeout as wait } from 'node:timers/promises';
import { Arrivals, type Source } from '../arrivals.ts';
import type { StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { restBetweenTurns } from '../turn-rest.ts';
import { Gauges } from './gauges.ts';
import { Pacer } from './pacer.ts';
import type { StepMeter } from './step-meter.ts';

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
  /** False: it could not be done. */
  readonly send: (flow: number, dueMs: number, step: number) => boolean;
}

export interface RequestStep extends Pick<ScheduledStep, 'order' | 'meter' | 'signal'> {
  readonly send: (dueMs: number, step: number) => boolean;
}

/** Requests at the rate of the order, over sockets that come and go. */
export function runRequests({ order, meter, signal, send }: RequestStep): Promise<StepCount> {
  return runStep({
    ...{ order, meter, signal },
    sources: [{ flow: 0, periodMs: 1000 / order.offered, burst: 1 }],
    gauges: new Gauges([], null),
    tellsOutward: false,
    send: (_flow, dueMs, step) => send(dueMs, step),
  });
}

export async function runStep(scheduled: ScheduledStep): Promise<StepCount> {
  const { order, sources, meter, gauges, tellsOutward, signal, send } = scheduled;
  const startMs = performance.now() + leadMs;
  const fromMs = startMs + order.discardSec * 1000;
  const toMs = fromMs + order.seconds * 1000;
  const arrivals = new Arrivals({ sources, pattern: order.arrivals, startMs, random: Math.random });
  const pacer = new Pacer({
    nextMs: () => arrivals.atMs,
    arrivals: () => meter.arrivals,
    restMs: restBetweenTurns(sources),
    work: (nowMs) => {
      for (let done = 0; done < mostPerTurn && arrivals.atMs <= nowMs && arrivals.atMs < toMs; done += 1) {
        const dueMs = arrivals.atMs;
        // Not `nowMs`: the packets before it in this turn have taken their time.
        if (send(arrivals.flow, dueMs, order.step)) meter.sent(dueMs, performance.now());
        else meter.unsent(dueMs);
        arrivals.advance();
      }
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
