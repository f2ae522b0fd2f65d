/** The checks on a virtual clock: our own server is healthy, and lost packets accuse nobody. */
import { describe, expect, it } from 'vitest';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Machine } from '../../stun/machine.ts';
import { buildBody } from '../../turn/check/build-report.ts';
import { type Selection, selectedPhases } from '../../turn/check/catalog.ts';
import { type CheckEvent, CheckRun } from '../../turn/check/check-run.ts';
import { Knowledge } from '../../turn/check/knowledge.ts';
import type { Site } from '../../turn/check/site.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const server = { address: '203.0.113.1', port: 3478 };

function check(
  options: {
    lossRate?: number;
    seed?: number;
    only?: readonly string[];
    machine?: Machine<never> | null;
  } = {},
): ReturnType<typeof buildBody> {
  const { lossRate = 0, seed = 1, only = null } = options;
  const net = new SimNet({ seed, lossRate });
  const machine =
    options.machine === undefined
      ? new BindingServer({ endpoints: { PP: server }, software: null })
      : options.machine;
  const at = net.addHost({ addresses: [server.address] });
  if (machine !== null) net.attach(at, machine, { sockets: { PP: server } });
  const site: Site = {
    uri: 'turn:203.0.113.1',
    host: server.address,
    server,
    transport: 'udp',
    family: 'ipv4',
    addresses: [server.address],
    credentials: { username: 'alice', password: 'wonderland' },
    given: null,
    secret: null,
    random: seededBytes(seed),
    startEpochSec: 1_800_000_000,
    knowledge: new Knowledge(),
    others: [],
    certificates: [],
    certificateOnDisk: null,
    mustDeny: [],
    mustAllow: [],
  };
  const selection: Selection = { only, risks: new Set(['basic']), overStream: false };
  const run = new CheckRun(site, selectedPhases(selection));
  const events: CheckEvent[] = net.run(net.addHost({ addresses: ['198.51.100.7'] }), run, {
    untilMs: 300_000,
  });
  expect(run.isFinished()).toBe(true);
  const findings = events.flatMap((event) => (event.kind === 'found' ? [event.finding] : []));
  expect(findings.filter(({ broke }) => broke)).toEqual([]);
  return buildBody({
    site,
    selection,
    findings,
    evidence: run.evidence,
    packets: run.packets,
    durationMs: net.nowMs,
    stopped: false,
  });
}

/** What our STUN server, which does not relay yet, is rightly told. */
const noTurnHere = ['A01', 'A04', 'A08'];
const accusations = (body: ReturnType<typeof buildBody>) =>
  body.checks.filter(({ id, status }) => status === 'failed' && !noTurnHere.includes(id)).map(({ id }) => id);

describe('turn check against our own server', () => {
  it('group S finds no fault, and names what a server for NAT discovery does on purpose', () => {
    const body = check({ only: ['S'] });
    const ids = (wanted: string) => body.checks.filter(({ status }) => status === wanted).map(({ id }) => id);
    expect(ids('failed')).toEqual([]);
    // RESPONSE-ORIGIN, RFC 3489 clients, RESPONSE-PORT.
    expect(ids('warned')).toEqual(['S17', 'S07', 'S20']);
    expect(body.counts.passed).toBeGreaterThanOrEqual(20);
  });

  it.each([0.03, 0.1])('with %d of the packets lost each way nothing is held against it', (lossRate) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      expect([seed, accusations(check({ lossRate, seed, only: ['S'] }))]).toEqual([seed, []]);
    }
  });

  it('every verdict of a check that sent something names its evidence', () => {
    const body = check({ only: ['S'] });
    const known = new Set(body.evidence.map(({ id }) => id));
    for (const { id, evidence, status } of body.checks) {
      if (status !== 'passed' || ['S22', 'S25'].includes(id)) continue;
      expect(evidence.length, id).toBeGreaterThan(0);
      expect(evidence.filter((row) => !known.has(row))).toEqual([]);
    }
  });

  it('a server that is not there gets three requests, and every check says why it did not run', () => {
    const body = check({ machine: null });
    expect(body.unreachable?.code).toBe('timeout');
    expect(new Set(body.evidence.map(({ purpose }) => purpose))).toEqual(
      new Set(['S01/binding', 'A01/allocate', 'S13/reason']),
    );
    const rest = body.checks.filter(({ id }) => !['S01', 'A01', 'S13', 'A04'].includes(id));
    expect(new Set(rest.map(({ status }) => status))).toEqual(new Set(['skipped']));
  });
});
