/** What strangers can make the test of a tab send, and where to. */
import { describe, expect, it } from 'vitest';
import { type IceSide, iceKey, newIceSide } from '../../../../probe/tab/ice-check.ts';
import { TabNat } from '../../../../probe/tab/tab-nat.ts';
import { tabPeers } from '../../../../probe/tab/tab-plan.ts';
import { seededBytes } from '../../../../scenarios/sim/seeded-random.ts';
import type { Endpoint } from '../../../../stun/endpoint.ts';
import { sealMessage } from '../../../../stun/integrity.ts';
import type { Effect } from '../../../../stun/machine.ts';
import { decodeMessage, methods, type StunMessage } from '../../../../stun/message.ts';
import { corners } from '../../../sim/tab-world.ts';

const random = seededBytes(7);
const tabAt: Endpoint = { address: '198.51.100.10', port: 50_000 };
const victim: Endpoint = { address: '192.0.2.66', port: 53 };
/** Index of the first filter connection, which asks PP alone. */
const filter = tabPeers.findIndex(({ test }) => test !== null);

function begin() {
  const credentials = tabPeers.map(() => ({ us: newIceSide(random), tab: newIceSide(random), local: null }));
  const machine = new TabNat({ corners, credentials, transactionIds: random, tieBreaker: 1n });
  machine.handle(0, { kind: 'start' });
  const sides = credentials[filter];
  if (sides === undefined) throw new Error('the plan has no filter test');
  return { machine, ...sides };
}

interface CheckChanges {
  readonly username?: string;
  readonly key?: Uint8Array;
  readonly type?: StunMessage['class'];
}

/** A check as the tab would sign it. */
function check(us: IceSide, tab: IceSide, changes: CheckChanges = {}): Uint8Array {
  return sealMessage(
    {
      method: methods.binding,
      class: changes.type ?? 'request',
      transactionId: random(12),
      attributes: [
        { name: 'USERNAME', value: changes.username ?? `${us.ufrag}:${tab.ufrag}` },
        { name: 'PRIORITY', value: 1 },
      ],
    },
    { key: changes.key ?? iceKey(us), fingerprint: true },
  );
}

function answerTo(request: Uint8Array, key: Uint8Array): Uint8Array {
  const decoded = decodeMessage(request);
  if (!decoded.ok) throw new Error(decoded.problem);
  const { method, transactionId } = decoded.message;
  return sealMessage({ method, class: 'success', transactionId, attributes: [] }, { key });
}

const at = (from: Endpoint, bytes: Uint8Array, socket = 'PP') =>
  ({ kind: 'received', socket, from, bytes }) as const;
const sends = (effects: readonly Effect<unknown>[]) => effects.filter((effect) => effect.kind === 'send');

/** Lets time pass as a driver does; returns all that was sent on the way. */
function run(machine: TabNat, fromMs: number, untilMs: number) {
  const sent: ReturnType<typeof sends> = [];
  for (let nowMs = fromMs; ; ) {
    const deadlineMs = machine.nextDeadlineMs();
    if (deadlineMs === null || deadlineMs > untilMs) return sent;
    nowMs = Math.max(nowMs, deadlineMs);
    sent.push(...sends(machine.handle(nowMs, { kind: 'deadline' })));
  }
}

describe('test of a tab', () => {
  it('sends nothing to anybody before a signed check has come', () => {
    const { machine, us, tab } = begin();
    const forgeries = [
      check(us, tab, { key: iceKey(newIceSide(random)) }),
      check(us, tab, { username: `${us.ufrag}:somebody` }),
      check(newIceSide(random), tab),
      check(us, tab, { type: 'indication' }),
      check(us, tab).subarray(0, 40),
      random(300),
    ];
    for (const bytes of forgeries) {
      const effects = machine.handle(10, at(tabAt, bytes));
      expect(effects).toEqual([{ kind: 'ignore', reason: expect.any(String) }]);
    }
    expect(run(machine, 10, 10_000)).toEqual([]);
    expect(machine.isFinished()).toBe(true);
  });

  it('sends an endpoint that has not answered no more than came from it, and from no other corner', () => {
    const { machine, us, tab } = begin();
    let sent = 0;
    for (let nowMs = 100; nowMs < 2_000; nowMs += 300) {
      const before = sent;
      const effects = [
        ...sends(machine.handle(nowMs, at(victim, check(us, tab)))),
        ...run(machine, nowMs, nowMs + 299),
      ];
      sent += effects.length;
      expect(sent - before).toBeLessThanOrEqual(1);
      for (const effect of effects) expect(effect).toMatchObject({ socket: 'PP', to: victim });
    }
    expect(sent).toBeGreaterThan(3);
  });

  it('takes neither a guessed answer, one at another corner, nor one from elsewhere for the proof', () => {
    const { machine, us, tab } = begin();
    const [control] = sends(machine.handle(100, at(tabAt, check(us, tab))));
    if (control?.kind !== 'send') throw new Error('no control was sent');
    const good = answerTo(control.bytes, iceKey(tab));
    const others = [
      at(tabAt, answerTo(check(us, tab), iceKey(tab))),
      at(tabAt, answerTo(control.bytes, iceKey(us))),
      at(tabAt, good, 'AA'),
      at(victim, good),
    ];
    for (const input of others) expect(sends(machine.handle(120, input))).toEqual([]);
    // The true answer begins the filter test, from the corner that the tab never sent to.
    expect(sends(machine.handle(140, at(tabAt, good)))).toEqual([
      { kind: 'send', socket: 'AA', to: tabAt, bytes: expect.any(Uint8Array) },
    ]);
  });

  it('keeps to the first source of a connection: others get nothing', () => {
    const { machine, us, tab } = begin();
    machine.handle(100, at(tabAt, check(us, tab)));
    expect(sends(machine.handle(110, at(victim, check(us, tab))))).toEqual([]);
    // A corner that was not announced to this connection.
    expect(sends(machine.handle(120, at(victim, check(us, tab), 'AP')))).toEqual([]);
  });

  it('ends in time and with bounded packets under a flood', () => {
    const { machine, us, tab } = begin();
    let sent = 0;
    let nowMs = 0;
    for (let n = 0; n < 5_000 && !machine.isFinished(); n += 1) {
      nowMs += 2;
      sent += sends(machine.handle(nowMs, at(tabAt, check(us, tab)))).length;
    }
    expect(machine.isFinished()).toBe(true);
    expect(nowMs).toBeLessThanOrEqual(6_002);
    expect(sent).toBeLessThanOrEqual(12);
  });
});
