/** The log of a call → what each event did to it. */
import type { LabCall, LabCallEvent } from '../../contract/lab-call.ts';
import type { CallEvent, CallLog, EndLog } from './call-log.ts';
import { interruptionsOf, type Message, messagesOf } from './messages.ts';

type Words = Pick<LabCall, 'messagesPerSec' | 'restart'>;

export function analyseCall(log: CallLog, words: Words): LabCall {
  const [offering, other] = log.ends;
  const ways = [wayOf(offering, other, log), wayOf(other, offering, log)] as const;
  return {
    ...words,
    lastedMs: Math.round(log.endMs - log.startMs),
    sent: [ways[0].length, ways[1].length],
    lost: [lostOf(ways[0]), lostOf(ways[1])],
    events: log.events.map((event, index) =>
      eventOf(event, log.events[index + 1] ?? null, { log, ways, words }),
    ),
  };
}

interface Context {
  readonly log: CallLog;
  readonly ways: readonly [readonly Message[], readonly Message[]];
  readonly words: Words;
}

function wayOf(from: EndLog, to: EndLog, { endMs }: CallLog): Message[] {
  return messagesOf(from, to, endMs);
}

function eventOf(event: CallEvent, next: CallEvent | null, { log, ways, words }: Context): LabCallEvent {
  const untilMs = next?.atMs ?? log.endMs;
  const during = (way: readonly Message[]) =>
    way.filter(({ sentMs }) => sentMs >= event.atMs && sentMs < untilMs);
  const interruptions = ways.flatMap((way) =>
    interruptionsOf(way, words.messagesPerSec).filter(
      // The next event also takes messages that were under way when it came: those are its own.
      ({ heardMs, toMs }) => heardMs < untilMs && (toMs === null || toMs > event.atMs),
    ),
  );
  const isOver = interruptions.every(({ toMs }) => toMs !== null);
  const backMs = Math.max(...interruptions.map(({ toMs }) => toMs ?? log.endMs));
  const outcome = interruptions.length === 0 ? 'uninterrupted' : isOver ? 'recovered' : 'lost';
  /** Until the first of these after the event, and before messages flowed again. */
  const after = (times: readonly number[]) => {
    if (outcome === 'uninterrupted') return null;
    const found = times.find((atMs) => atMs >= event.atMs && atMs <= backMs);
    return found === undefined ? null : Math.round(found - event.atMs);
  };
  const recoverMs = outcome === 'recovered' ? Math.round(backMs - event.atMs) : null;
  const [there, back] = [during(ways[0]), during(ways[1])];
  return {
    atMs: Math.max(0, Math.round(event.atMs - log.startMs)),
    do: event.do,
    site: event.site,
    outcome,
    detectMs: after(log.links.filter(({ state }) => isTrouble(state)).map(({ atMs }) => atMs)),
    restartMs: after(log.restarts),
    recoverMs,
    sent: [there.length, back.length],
    lost: [lostOf(there), lostOf(back)],
    recoverWithin: event.recoverWithin,
    asExpected: event.recoverWithin === null ? null : isExpected(event.recoverWithin, outcome, recoverMs),
  };
}

function isTrouble(state: CallLog['links'][number]['state']): boolean {
  return state === 'disconnected' || state === 'failed';
}

function isExpected(
  within: number | 'never',
  outcome: LabCallEvent['outcome'],
  recoverMs: number | null,
): boolean {
  if (within === 'never') return outcome === 'lost';
  return outcome === 'uninterrupted' || (recoverMs !== null && recoverMs <= within);
}

function lostOf(way: readonly Message[]): number {
  return way.filter(({ arrivedMs }) => arrivedMs === null).length;
}
