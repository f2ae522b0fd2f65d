import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import type { LabLinkState } from '../../../contract/lab-agent.ts';
import { analyseCall } from '../../../scenarios/call/analyse-call.ts';
import type { CallEvent, CallLog, EndLog } from '../../../scenarios/call/call-log.ts';
import { RestartPolicy } from '../../../scenarios/call/restart-policy.ts';
import { buildCell } from '../../../scenarios/scenario/build-cell.ts';
import { expectationOf, simulateAll } from '../../../scenarios/scenario/expectation.ts';

const start = 1_000_000;
const words = { messagesPerSec: 50, restart: 'never' } as const;

/** Ten seconds of fifty messages a second each way, each 20 ms under way; those that `loses` names do not arrive. */
function log({
  loses,
  events,
  links = [],
  restarts = [],
  delayMs = () => 20,
}: {
  loses: (sentMs: number, way: 0 | 1) => boolean;
  events: readonly Partial<CallEvent>[];
  links?: readonly [number, LabLinkState][];
  restarts?: readonly number[];
  delayMs?: (sentMs: number) => number;
}): CallLog {
  const sent = Array.from({ length: 500 }, (_, index) => start + index * 20);
  const received = (way: 0 | 1): EndLog['received'] =>
    sent.flatMap((atMs, number) =>
      loses(atMs - start, way) ? [] : [[number, atMs + delayMs(atMs - start)] as const],
    );
  return {
    startMs: start,
    endMs: start + 10_000,
    // What the other end has received is the first way.
    ends: [
      { sent, received: received(1) },
      { sent, received: received(0) },
    ],
    events: events.map(({ atMs = 0, ...rest }) => ({
      do: 'block-udp',
      site: 'home',
      recoverWithin: null,
      ...rest,
      atMs: start + atMs,
    })),
    links: links.map(([atMs, state]) => ({ atMs: start + atMs, state })),
    restarts: restarts.map((atMs) => start + atMs),
  };
}

describe('a call', () => {
  it('goes on where only single messages are lost', () => {
    const call = analyseCall(
      log({
        loses: (ms) => ms % 100 === 0,
        events: [{ atMs: 2_000, do: 'loss' }],
        links: [[3_000, 'silent']],
      }),
      words,
    );
    expect(call).toMatchObject({ lastedMs: 10_000, messagesPerSec: 50, restart: 'never' });
    // What was sent in the last second and did not come may come yet, and is not counted.
    expect(call.lost).toEqual([91, 91]);
    expect(call.sent).toEqual([491, 491]);
    expect(call.events[0]).toMatchObject({
      atMs: 2_000,
      outcome: 'uninterrupted',
      detectMs: null,
      recoverMs: null,
      lost: [71, 71],
    });
  });

  it('an outage is measured from what began it and from what ended it', () => {
    const call = analyseCall(
      log({
        loses: (ms) => ms >= 2_000 && ms < 4_200,
        events: [
          { atMs: 1_990 },
          { atMs: 4_000, do: 'unblock-udp' },
          { atMs: 6_000, do: 'hold', site: null },
        ],
        links: [
          [500, 'connected'],
          [3_500, 'disconnected'],
          [4_210, 'connected'],
        ],
        restarts: [3_600],
      }),
      words,
    );
    expect(call.events.map(({ outcome }) => outcome)).toEqual(['recovered', 'recovered', 'uninterrupted']);
    // The first message through again was sent at 4200 and came 20 ms later.
    expect(call.events[0]).toMatchObject({
      detectMs: 1_510,
      restartMs: 1_610,
      recoverMs: 2_230,
      lost: [100, 100],
    });
    expect(call.events[1]).toMatchObject({ detectMs: null, restartMs: null, recoverMs: 220, lost: [10, 10] });
    expect(call.events[2]).toMatchObject({ atMs: 6_000, site: null, lost: [0, 0] });
  });

  it('messages that were under way when the next event came are lost to that one', () => {
    const { events } = analyseCall(
      log({
        loses: (ms) => (ms >= 2_000 && ms < 3_000) || ms >= 5_960,
        events: [{ atMs: 2_000 }, { atMs: 6_000, do: 'kill-server', site: null }],
      }),
      words,
    );
    expect(events[0]).toMatchObject({ outcome: 'recovered', recoverMs: 1_020, lost: [52, 52] });
    expect(events[1]).toMatchObject({ outcome: 'lost', recoverMs: null });
  });

  it('one dead direction is an outage, and its length counts', () => {
    const { events } = analyseCall(
      log({ loses: (ms, way) => way === 1 && ms >= 2_000 && ms < 3_000, events: [{ atMs: 2_000 }] }),
      words,
    );
    expect(events[0]).toMatchObject({ outcome: 'recovered', recoverMs: 1_020, lost: [0, 50] });
  });

  it('that does not come back is lost, whatever comes more than a second late', () => {
    const late = log({
      loses: () => false,
      events: [{ atMs: 5_000 }],
      delayMs: (ms) => (ms >= 5_000 ? 1_001 : 20),
    });
    expect(analyseCall(late, words).events[0]).toMatchObject({ outcome: 'lost', recoverMs: null });
    const dead = log({ loses: (ms) => ms >= 5_000, events: [{ atMs: 5_000 }] });
    expect(analyseCall(dead, words).events[0]).toMatchObject({ outcome: 'lost', lost: [201, 201] });
  });

  it('is held against what the scenario vouches for', () => {
    const verdict = (loses: (ms: number) => boolean, recoverWithin: CallEvent['recoverWithin']) =>
      analyseCall(log({ loses, events: [{ atMs: 2_000, recoverWithin }] }), words).events[0]?.asExpected;
    const second = (ms: number) => ms >= 2_000 && ms < 3_000;
    expect(verdict(second, null)).toBeNull();
    expect(verdict(second, 1_020)).toBe(true);
    expect(verdict(second, 1_019)).toBe(false);
    expect(verdict(second, 'never')).toBe(false);
    expect(verdict(() => false, 1)).toBe(true);
    expect(verdict((ms) => ms >= 2_000, 9_000)).toBe(false);
    expect(verdict((ms) => ms >= 2_000, 'never')).toBe(true);
  });

  it('counts a message once however often it comes', () => {
    const plain = log({ loses: (ms) => ms < 100, events: [] });
    const [offering, other] = plain.ends;
    const twice = { ...other, received: other.received.flatMap((one) => [one, one] as const) };
    expect(analyseCall({ ...plain, ends: [offering, twice] }, words).lost).toEqual([5, 5]);
  });
});

describe('a cell with a call', () => {
  it('is as expected only where every step is', () => {
    const compiled = parseScenario(
      'name: two\nabout: two\nsites: { a: {}, b: {} }\ntimeline: [{ at: 2s, do: kill-server }]\n',
      'two.yaml',
    );
    const [cell] = compiled.cells;
    if (cell === undefined) throw new Error('no cell');
    const dead = (ms: number) => ms >= 2_000 && ms < 3_000;
    const verdict = (recoverWithin: number) => {
      const call = analyseCall(log({ loses: dead, events: [{ atMs: 2_000, recoverWithin }] }), words);
      const tries = simulateAll(compiled, cell).map((attempt) => ({ ...attempt, call }));
      return buildCell(cell, expectationOf(compiled, cell), tries).asExpected;
    };
    expect([verdict(2_000), verdict(500)]).toEqual([true, false]);
  });
});

describe('the restart policy', () => {
  it('never means never', () => {
    const policy = new RestartPolicy('never');
    policy.note(0, 'failed');
    expect(policy.take(0)).toBe(false);
    expect(policy.nextDeadlineMs()).toBeNull();
  });

  it('on-disconnect hears ICE alone, at either end, and is patient', () => {
    const policy = new RestartPolicy('on-disconnect');
    policy.note(0, 'silent');
    expect(policy.take(10)).toBe(false);
    policy.note(1, 'disconnected');
    expect(policy.take(20)).toBe(true);
    expect(policy.take(5_019)).toBe(false);
    expect(policy.nextDeadlineMs()).toBe(5_020);
    expect(policy.take(5_020)).toBe(true);
    policy.note(1, 'connected');
    expect(policy.nextDeadlineMs()).toBeNull();
  });

  it('on-silence: a connection that ICE believes in is no comfort, a message is', () => {
    const policy = new RestartPolicy('on-silence');
    policy.note(0, 'silent');
    policy.note(0, 'connected');
    expect(policy.take(0)).toBe(true);
    policy.note(0, 'talking');
    expect(policy.take(60_000)).toBe(false);
  });
});
