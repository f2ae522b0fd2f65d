/** With somebody at the server who looks: loss on the way out, filters and mute servers are told apart. */
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import type { WitnessRecord } from '../../contract/witness.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { withWitness, witnessedIds } from '../../probe/nat/witness.ts';
import { explainReport } from '../../probe/report/explain.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHostOptions } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { decodeMessage, getAttribute } from '../../stun/message.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import { WitnessLog } from '../../turn/server/witness-log.ts';
import { WitnessedServer } from '../../turn/server/witnessed-server.ts';
import { nineBehaviours } from './simulated-report.ts';

const corners = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

interface World {
  readonly seed: number;
  readonly nat?: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  readonly loss?: number;
  readonly host?: Partial<SimHostOptions>;
  /** Requests that the server takes in and does not answer. */
  readonly mute?: 'all' | 'changes';
}

/** A server with a fault inside: it swallows what it should answer. */
class MuteServer implements Machine {
  private readonly inner = new BindingServer({ endpoints: corners, software: null });
  private readonly mute: World['mute'];
  constructor(mute: World['mute']) {
    this.mute = mute;
  }
  handle(nowMs: number, input: Input): Effect[] {
    if (this.mute !== undefined && input.kind === 'received') {
      const decoded = decodeMessage(input.bytes);
      const isChange = decoded.ok && getAttribute(decoded.message, 'CHANGE-REQUEST') !== undefined;
      if (this.mute === 'all' || isChange) return [{ kind: 'ignore', reason: 'mute' }];
    }
    return this.inner.handle(nowMs, input);
  }
  nextDeadlineMs(): null {
    return null;
  }
  isFinished(): boolean {
    return false;
  }
}

interface Run {
  readonly alone: Evidence[];
  readonly watched: Evidence[];
  readonly record: WitnessRecord;
  readonly endedMs: number;
}

function run({ seed, nat, loss = 0, host = {}, mute }: World): Run {
  const net = new SimNet({ seed, oneWayDelayMs: 20, lossRate: loss });
  const log = new WitnessLog();
  const prefix = seededBytes(seed + 7)(6);
  log.open(0, prefix);
  const server = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  net.attach(server, new WitnessedServer(new MuteServer(mute), corners, log), { sockets: corners });
  const nats = nat === undefined ? [] : [new NatBox({ addresses: ['198.51.100.10'], seed, ...nat })];
  const address = nat === undefined ? '198.51.100.20' : '10.0.0.2';
  const client = net.addHost({ addresses: [address], nats, ...host });
  const machine = new NatDiscovery(planNat([corners.PP]), witnessedIds(prefix, seededBytes(seed)));
  const events = net.run(client, machine, { untilMs: 20_000 });
  const finished = events.find((event) => event.kind === 'finished');
  if (finished?.kind !== 'finished') throw new Error('the discovery did not finish');
  const seen = log.read(net.nowMs, prefix);
  if (seen === null) throw new Error('the session has ended');
  const record = { watched: Object.values(corners), complete: seen.complete, sightings: [...seen.sightings] };
  const alone = finished.evidence;
  return { alone, watched: withWitness(alone, record, net.nowMs), record, endedMs: net.nowMs };
}

const named = (evidence: readonly Evidence[], name: string) => {
  const found = classifyNat(evidence).verdicts.find((verdict) => verdict.name === name);
  if (found === undefined) throw new Error(`no verdict ${name}`);
  return found;
};

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const symmetric = { mapping: 'address-and-port-dependent', filtering: 'endpoint-independent' } as const;

describe('a watched probe', () => {
  it('names what it names without, at 10 % loss each way', () => {
    for (const mapping of nineBehaviours) {
      for (const filtering of nineBehaviours) {
        for (let seed = 1; seed <= 12; seed += 1) {
          const { alone, watched } = run({ seed, loss: 0.1, nat: { mapping, filtering } });
          const [before, after] = [classifyNat(alone).summary, classifyNat(watched).summary];
          expect(after, `${mapping}/${filtering} seed ${seed}`).toEqual(before);
          expect(after).toMatchObject({ mapping, filtering });
          const gain = named(watched, 'filtering').confidence - named(alone, 'filtering').confidence;
          expect(gain, `${mapping}/${filtering} seed ${seed}`).toBeGreaterThan(-0.01);
        }
      }
    }
  });

  it('measures loss apart for the way out and the way back', () => {
    const value = (lossRate: { out?: number; in?: number }) => {
      const { watched } = run({ seed: 3, nat: home, host: { lossRate } });
      expect(classifyNat(watched).summary).toMatchObject(home);
      return named(watched, 'witness');
    };
    // Asked at once, while the last copies are still on their way: those are not lost.
    for (let seed = 1; seed <= 20; seed += 1) {
      const nat = nineBehaviours.map((mapping) => ({ mapping, filtering: mapping }))[seed % 3];
      const { watched } = run({ seed, ...(nat && { nat }) });
      expect(named(watched, 'witness').value, `seed ${seed}`).toBe('clean');
    }
    expect(value({})).toMatchObject({ value: 'clean', reason: expect.stringMatching(/^all \d+ requests/) });
    expect(value({ out: 0.25 }).value).toBe('uplink-loss');
    expect(value({ in: 0.25 }).value).toBe('downlink-loss');
    expect(value({ out: 0.2, in: 0.2 }).value).toBe('loss-both-ways');
  });

  it('says which way UDP is stopped, where it is stopped at all', () => {
    const out = run({ seed: 1, nat: home, host: { lossRate: { out: 1 } } });
    expect(classifyNat(out.alone).summary.udp).toBe('inconclusive');
    expect(named(out.watched, 'udp')).toMatchObject({
      value: 'blocked',
      reason: expect.stringContaining('way out'),
    });
    expect(named(out.watched, 'witness').value).toBe('uplink-blocked');
    const back = run({ seed: 1, nat: home, host: { lossRate: { in: 1 } } });
    expect(named(back.watched, 'udp')).toMatchObject({
      value: 'blocked',
      reason: expect.stringContaining('way in'),
    });
    expect(named(back.watched, 'witness').value).toBe('downlink-blocked');
  });

  it('does not blame the network for a mute server', () => {
    const { watched } = run({ seed: 1, nat: home, mute: 'all' });
    expect(classifyNat(watched).summary.udp).toBe('inconclusive');
    expect(named(watched, 'witness').value).toBe('server-mute');
    expect(named(watched, 'udp').reason).toContain('no answer left it');
  });

  it('does not take a server that is mute to change requests for a filter', () => {
    const { alone, watched } = run({ seed: 1, nat: symmetric, mute: 'changes' });
    expect(named(alone, 'serverFault').value).toBe('server-ignores-change-request');
    expect(named(watched, 'filtering')).toMatchObject({ value: 'inconclusive', confidence: 0 });
    expect(named(watched, 'serverFault')).toMatchObject({ value: 'server-mute' });
  });

  it('does not take loss on the way out for a filter', () => {
    const { watched } = run({ seed: 1, nat: home });
    const lost = watched.map((e) =>
      e.purpose.includes('/change-')
        ? {
            ...e,
            witnessed: e.witnessed?.map(() => ({ fate: 'lost' as const, seenAs: null, answeredFrom: null })),
          }
        : e,
    );
    const { value, reason } = named(lost as Evidence[], 'filtering');
    expect([value, reason]).toEqual([
      'inconclusive',
      expect.stringMatching(/none of the \d+ copies arrived/),
    ]);
  });

  it('tells each copy’s fate in the timeline', () => {
    const { watched } = run({ seed: 3, nat: home, host: { lossRate: { out: 0.3 } } });
    const body = { evidence: watched, servers: [], ...classifyNat(watched) };
    const texts = explainReport(body as never).tests.flatMap(({ packets }) =>
      packets.map(({ text }) => text),
    );
    expect(texts.some((text) => text.endsWith('never arrived'))).toBe(true);
    expect(texts.some((text) => text.endsWith('arrived, answer left from 203.0.113.11:3479'))).toBe(true);
  });
});

describe('without a witness', () => {
  const { alone, record, endedMs } = run({ seed: 5, loss: 0.1, nat: home });
  const add = (given: WitnessRecord) => withWitness(alone, given, endedMs);

  it('nothing is said of the witness', () => {
    expect(classifyNat(alone).verdicts.map(({ name }) => name)).not.toContain('witness');
  });

  it('evidence of other servers stays as it is', () => {
    expect(add({ watched: [], complete: true, sightings: [] })).toEqual(alone);
    const elsewhere = { watched: [{ address: '192.0.2.1', port: 3478 }], complete: true, sightings: [] };
    expect(add(elsewhere)).toEqual(alone);
  });

  it('an overfull session is no witness to loss', () => {
    const half = { ...record, complete: false, sightings: record.sightings.slice(0, 10) };
    for (const e of add(half)) {
      expect(e.witnessed?.some(({ fate }) => fate === 'lost') ?? false).toBe(false);
    }
  });

  it('a server behind a 1:1 NAT is known by what arrived', () => {
    const inside = { ...record, watched: [{ address: '10.1.2.3', port: 3478 }] };
    expect(add(inside)).toEqual(add(record));
  });
});
