/** The checks on a virtual clock: our own servers are healthy, faults are found, and lost packets accuse nobody. */
import { describe, expect, it } from 'vitest';
import { turnReportBodySchema } from '../../contract/turn-report.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import { alice, checkIn, idsOf, server, soundSettings } from './check-world.ts';

describe('turn check against our own TURN server', () => {
  const body = checkIn();

  it('finds no fault', () => {
    expect(body.checks.filter(({ status }) => status === 'failed')).toEqual([]);
    // Nothing listens on 443 in this world, and relay-to-relay needs the server's own address as a peer.
    expect(idsOf(body, 'warned')).toEqual(['T03', 'X09']);
    expect(body.counts.passed).toBeGreaterThanOrEqual(95);
  });

  it('sends at most 300 packets, and all of them to the server or between our own sockets', () => {
    expect(body.packets.sent).toBeLessThanOrEqual(300);
    const ours = new Set([server.address, '93.184.216.34']);
    expect(body.evidence.filter(({ to }) => !ours.has(to.address))).toEqual([]);
  });

  it('is a report of the published form, without the password', () => {
    expect(turnReportBodySchema.safeParse(body).error).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain(alice.password);
  });

  it('every verdict that is more than a look at other answers names its evidence', () => {
    const known = new Set(body.evidence.map(({ id }) => id));
    const named = body.checks.filter(({ evidence }) => evidence.length > 0);
    expect(named.length).toBeGreaterThanOrEqual(75);
    expect(named.flatMap(({ evidence }) => evidence.filter((id) => !known.has(id)))).toEqual([]);
  });

  it('explains the first 401 and the 438', () => {
    expect(body.explained.join(' ')).toMatch(/401 for the first request.*no fault.*438/s);
  });

  it.each([0.03, 0.1])('with %d of the packets lost each way nothing is held against it', (lossRate) => {
    for (let seed = 1; seed <= 8; seed += 1) {
      expect([seed, idsOf(checkIn({ lossRate, seed }), 'failed')]).toEqual([seed, []]);
    }
  });
});

describe('turn check over a path that delays', () => {
  it('a second answer, to another copy of the same request, is held against nobody', () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      expect([seed, idsOf(checkIn({ jitterMs: 800, seed }), 'failed')]).toEqual([seed, []]);
    }
  });
});

describe('turn check with more than the default', () => {
  it('floods, broken messages, churn and flows of media do no harm to our own server', () => {
    const only = ['Z', 'L13', 'L24', 'F05', 'F09', 'S24', 'A24'];
    const body = checkIn({ risks: ['quality', 'active', 'destructive'], only });
    expect(idsOf(body, 'failed')).toEqual([]);
    const seen = new Map(body.checks.map(({ id, observed }) => [id, observed]));
    expect(seen.get('Z03')).toBe('3000 sent; it still answers');
    expect(seen.get('L24')).toMatch(/^12 at the same time, then 486/);
    expect(seen.get('F05')).toMatch(/audio.*0\.00 % of 250 lost.*video.*0\.00 % of 1420 lost/);
  });

  it('without their flags they say which one they need', () => {
    const seen = checkIn({ only: ['Z03', 'L24', 'F05'] }).checks.map(({ id, observed }) => [id, observed]);
    expect(Object.fromEntries(seen)).toEqual({
      Z03: 'runs with --destructive only',
      L24: 'runs with --active only',
      F05: 'runs with --quality only',
    });
  });
});

describe('turn check finds what is wrong with our own server', () => {
  const found = (settings: Partial<typeof soundSettings>, only: readonly string[], more = {}) =>
    idsOf(checkIn({ settings: { ...soundSettings, ...settings }, only, ...more }), 'failed');
  const { accounts, peers } = soundSettings;

  it.each([
    [
      'a sample user',
      { accounts: { ...accounts, users: { ...accounts.users, test: 'test' } } },
      ['A'],
      ['A20'],
    ],
    ['a secret from a manual', { accounts: { ...accounts, secrets: ['north'] } }, ['A'], ['A19']],
    ['another password', { accounts: { ...accounts, users: { alice: 'other' } } }, ['A04'], ['A04']],
    ['private peers allowed', { peers: { ...peers, allow: [...peers.allow, '10.0.0.0/8'] } }, ['X'], ['X03']],
    ['metadata allowed', { peers: { ...peers, allow: [...peers.allow, '169.254.0.0/16'] } }, ['X'], ['X05']],
    [
      'the own relay denied',
      { peers: { ...peers, allow: [], deny: [`${server.address}/32`] } },
      ['P'],
      ['P19'],
    ],
  ])('%s', (_name, settings, only, ids) => {
    expect(found(settings, only)).toEqual(ids);
  });

  it('a range that the operator wants denied', () => {
    expect(found({}, ['X'], { site: { mustDeny: ['8.8.0.0-8.8.255.255'] } })).toEqual(['X22']);
    expect(found({}, ['X'], { site: { mustDeny: ['10.0.0.0/8'] } })).toEqual([]);
  });
});

describe('turn check against a server that has not quite started', () => {
  it('does not call it healthy because most of the checks could not run', () => {
    const body = checkIn({ allocatesFromMs: 4_000 });
    expect(idsOf(body, 'failed')).toEqual(['S22']);
    const s22 = body.checks.find(({ id }) => id === 'S22');
    expect(s22?.observed).toMatch(/the first ones were not, a later one was: 401/);
    expect(s22?.fix).toContain('run the check again');
  });
});

describe('turn check on ports where somebody’s allocation still is', () => {
  it('judges no login by a 437: it tries another port', () => {
    const body = checkIn({ wrongLoginsMeetAllocations: true, only: ['A05'] });
    const [a05] = body.checks.filter(({ id }) => id === 'A05');
    expect(a05?.status).toBe('passed');
    expect(a05?.observed).toMatch(/wrong password: 401.*unknown user: 401/);
    const again = body.evidence.map(({ purpose }) => purpose).filter((purpose) => purpose.endsWith('-again'));
    expect(new Set(again)).toEqual(new Set(['A05/wrong-password-again', 'A05/unknown-user-again']));
  });
});

describe('turn check against our STUN server', () => {
  it('group S names what a server for NAT discovery does on purpose, and no fault', () => {
    const machine = new BindingServer({ endpoints: { PP: server }, software: null });
    const body = checkIn({ machine, only: ['S'] });
    expect(idsOf(body, 'failed')).toEqual([]);
    // RFC 3489 clients, RESPONSE-ORIGIN, RESPONSE-PORT.
    expect(idsOf(body, 'warned')).toEqual(['S07', 'S17', 'S20']);
  });
});

describe('turn check against nobody', () => {
  it('sends two requests, and every check says why it did not run', () => {
    const body = checkIn({ machine: null });
    expect(body.unreachable?.code).toBe('timeout');
    expect(body.evidence.map(({ purpose }) => purpose)).toEqual(['A01/allocate', 'S01/binding']);
    expect(idsOf(body, 'failed', 'warned', 'passed')).toEqual(['S01']);
  });
});
