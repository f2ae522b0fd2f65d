/** One direction of a call: what became of each message, and where the stream of them broke off. */
import type { EndLog } from './call-log.ts';

export interface Message {
  readonly sentMs: number;
  /** Null: lost, or too late to be of use. */
  readonly arrivedMs: number | null;
}

/** A message that is older is of no use in a call. */
export const usefulMs = 1_000;

/** @param endMs what was sent less than `usefulMs` before it may be on its way still, and is left out */
export function messagesOf(from: EndLog, to: EndLog, endMs: number): Message[] {
  const arrivals = new Map<number, number>();
  for (const [number, atMs] of to.received) {
    if (!arrivals.has(number)) arrivals.set(number, atMs);
  }
  return from.sent.flatMap((sentMs, number): Message[] => {
    const atMs = arrivals.get(number);
    if (atMs !== undefined && atMs - sentMs <= usefulMs) return [{ sentMs, arrivedMs: atMs }];
    return sentMs > endMs - usefulMs ? [] : [{ sentMs, arrivedMs: null }];
  });
}

/** From the first of many lost messages in a row to the arrival of the next one; null: none came. */
export interface Interruption {
  readonly fromMs: number;
  /** From then on it is long enough to be one. */
  readonly heardMs: number;
  readonly toMs: number | null;
}

/** So long a gap is heard. At least five messages, so that a slow stream does not break off with every loss. */
const gapMs = 200;
const fewest = 5;

export function interruptionsOf(messages: readonly Message[], messagesPerSec: number): Interruption[] {
  const longEnough = Math.max(fewest, (messagesPerSec * gapMs) / 1_000);
  const found: Interruption[] = [];
  let fromMs: number | null = null;
  let heardMs: number | null = null;
  let lost = 0;
  const close = (toMs: number | null) => {
    if (fromMs !== null && heardMs !== null) found.push({ fromMs, heardMs, toMs });
    fromMs = null;
    heardMs = null;
    lost = 0;
  };
  for (const { sentMs, arrivedMs } of messages) {
    if (arrivedMs !== null) close(arrivedMs);
    else {
      fromMs ??= sentMs;
      lost += 1;
      if (lost >= longEnough) heardMs ??= sentMs;
    }
  }
  close(null);
  return found;
}
