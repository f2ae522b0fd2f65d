/**
 * Load that does not wait for answers: arrivals are random (Poisson) at a rate, each has its time, and is timed from it
 * whether or not it began then. So what is slow is not spared by the ones behind it (“coordinated omission”).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Histogram } from '../dist/turn/load/histogram.js';

/** Beyond this the generator itself is the limit: 99 of 100 begin within it. */
const mostLateMs = 10;

/**
 * @param task begins the i-th one; resolves to whether it was let in, rejects when it went wrong
 * @returns samples `{ dueMs, ms, admitted }` in order of their times, counted from the start
 */
export async function openLoop({ perSec, seconds, task }) {
  const lateness = new Histogram();
  const running = [];
  const beganMs = performance.now();
  const launch = async (dueMs, place) => {
    try {
      const admitted = await task(place);
      return { dueMs, ms: performance.now() - beganMs - dueMs, admitted };
    } catch (error) {
      return { error };
    }
  };
  for (let dueMs = gapMs(perSec); dueMs < seconds * 1000; ) {
    const nowMs = performance.now() - beganMs;
    for (; dueMs <= nowMs && dueMs < seconds * 1000; dueMs += gapMs(perSec)) {
      lateness.record(nowMs - dueMs);
      running.push(launch(dueMs, running.length));
    }
    await sleep(1);
  }
  const samples = await Promise.all(running);
  const failed = samples.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw failed.error;
  return { samples, lateMs: (lateness.percentileUs(99) ?? 0) / 1000 };
}

function gapMs(perSec) {
  return (-Math.log(1 - Math.random()) * 1000) / perSec;
}

/** @returns `{ count, p50, p99, max }` in ms */
export function timesOf(samples) {
  const histogram = new Histogram();
  for (const { ms } of samples) histogram.record(ms);
  const at = (percent) => (histogram.percentileUs(percent) ?? 0) / 1000;
  return { count: histogram.samples, p50: at(50), p99: at(99), max: at(100) };
}

/** Of one figure of several runs. */
export function medianOf(runs, key) {
  return runs.map((run) => run[key]).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)];
}

export function medianTimes(runs) {
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  return { count, p50: medianOf(runs, 'p50'), p99: medianOf(runs, 'p99'), max: medianOf(runs, 'max') };
}

/** Milliseconds until all are in time again, and stay so. */
export function recoveryMs(samples, limitMs) {
  const last = samples.findLast(({ ms, admitted }) => !admitted || ms > limitMs);
  return last === undefined ? 0 : last.dueMs + last.ms;
}

/** What is to be said of figures that the generator may have made. */
export function generatorNote(what, lateMs) {
  const late = `${what}: the generator began 99 of 100 within ${lateMs.toFixed(1)} ms of their time`;
  return lateMs > mostLateMs ? `${late}; generator-limited, no verdict about the service.` : `${late}.`;
}
