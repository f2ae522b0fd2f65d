/** The operator's own reports as a mix: what is counted, what is told apart, and that nothing is guessed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type NatReport, parseEnvelope, type VisitReport } from '../../../contract/envelope.ts';
import { failure } from '../../../contract/failures.ts';
import { behaviours, type NatSummary } from '../../../contract/nat-report.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import { type Observation, observe } from '../../../simulate/observed/observe.ts';
import { ownPopulation } from '../../../simulate/observed/own-population.ts';
import { unknownNote } from '../../../simulate/observed/unknown-note.ts';
import { type StreamTry, type Way, wayOut } from '../../../simulate/observed/way-out.ts';
import { simulatePopulation } from '../../../simulate/simulate-population.ts';
import { populationOf } from './populations.ts';

type Measured = Pick<NatSummary, 'udp' | 'behindNat' | 'mapping' | 'filtering'>;

const router: Measured = {
  udp: 'open',
  behindNat: true,
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
};

function nameOf(change: Partial<Measured>, streams: readonly StreamTry[] = []): string {
  const way = wayOut({ ...router, ...change }, streams);
  return typeof way === 'string' ? way : way.name;
}

describe('the way out of a network', () => {
  const other = { port: 3478, passed: true };
  const web = { port: 443, passed: true };

  it.each<[string, Partial<Measured>, readonly StreamTry[]]>([
    ['nat-ei-apd', {}, []],
    ['nat-pd-ad', { mapping: 'port-dependent', filtering: 'address-dependent' }, []],
    ['public', { behindNat: false, filtering: 'endpoint-independent' }, []],
    ['firewall-apd', { behindNat: false, mapping: 'inconclusive' }, []],
    ['udp-blocked', { udp: 'blocked', mapping: 'inconclusive' }, [other]],
    ['tcp-443-only', { udp: 'blocked', behindNat: null }, [web, { port: 3478, passed: false }]],
    ['udp-undecided', { udp: 'inconclusive' }, [other]],
    ['nat-ei-apd', { behindNat: null }, []],
    ['mapping-undecided', { mapping: 'inconclusive' }, []],
    ['mapping-undecided', { mapping: 'inconclusive', behindNat: null }, []],
    ['filtering-undecided', { filtering: 'inconclusive' }, []],
    ['tcp-undecided', { udp: 'blocked' }, []],
    // Port 443 alone says nothing of the others, nor does a refusal.
    ['tcp-undecided', { udp: 'blocked' }, [web]],
    ['tcp-undecided', { udp: 'blocked' }, [web, { port: 3478, passed: null }]],
    ['tcp-undecided', { udp: 'blocked' }, [{ port: 3478, passed: false }]],
  ])('%s', (expected, change, streams) => {
    expect(nameOf(change, streams)).toBe(expected);
  });
});

function reportOf(name: string): NatReport | VisitReport {
  const file = new URL(`../../web/fixtures/${name}.json`, import.meta.url);
  const parsed = parseEnvelope(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(parsed.failure.message);
  const { envelope } = parsed;
  if (envelope.kind === 'nat-report' || envelope.kind === 'visit-report') return envelope;
  throw new Error(envelope.kind);
}

describe('a stored report', () => {
  const probed = reportOf('nat-port-restricted');

  it('of a probe tells the NAT, and not whether there is IPv6 unless it looked', () => {
    expect(observe(probed)).toMatchObject({ way: { name: 'nat-ei-apd' }, visitor: null, ipv6: null });
    const looked = (address: string) =>
      observe({
        ...probed,
        body: { ...probed.body, network: { interfaces: [{ name: 'eth0', addresses: [address] }] } },
      } as NatReport).ipv6;
    expect(looked('192.168.1.2')).toBe(false);
    expect(looked('fd00::1')).toBe(false);
    expect(looked('2001:db8::1')).toBe(true);
  });

  it('whose UDP is blocked tells by its servers what TCP is let out', () => {
    expect(observe(reportOf('nat-udp-blocked')).way).toMatchObject({ name: 'udp-blocked' });
  });

  it('of a browser counts where it tested its NAT', () => {
    // The browser hides its address, so nothing says whether there is a NAT.
    expect(observe(reportOf('visit-good'))).toMatchObject({ way: { name: 'nat-ei-apd' }, ipv6: null });
    expect(observe(reportOf('visit-relay-401'))).toMatchObject({ way: 'nat-not-tested' });
  });

  it('counts an answer of the server as passed, silence as not, and a refusal as neither', () => {
    const blocked = reportOf('nat-udp-blocked') as NatReport;
    const wayWith = (code: 'turn-401' | 'timeout' | 'refused') => {
      const servers = blocked.body.servers.map((server) =>
        server.transport === 'udp'
          ? server
          : { ...server, status: 'failed' as const, failure: failure(code) },
      );
      return observe({ ...blocked, body: { ...blocked.body, servers } }).way;
    };
    expect(wayWith('turn-401')).toMatchObject({ name: 'udp-blocked' });
    expect(wayWith('timeout')).toBe('tcp-undecided');
    expect(wayWith('refused')).toBe('tcp-undecided');
  });
});

function seen(count: number, way: Observation['way'], more: Partial<Observation> = {}): Observation[] {
  const at = '2026-05-01T00:00:00.000Z';
  return Array.from({ length: count }, () => ({ at, visitor: null, way, ipv6: null, ...more }));
}

function wayOf(change: Partial<Measured> = {}): Way {
  const way = wayOut({ ...router, ...change }, []);
  if (typeof way === 'string') throw new Error(way);
  return way;
}

describe('a population of own reports', () => {
  const symmetric = wayOf({ mapping: 'address-and-port-dependent' });
  const networks = [
    ...seen(240, wayOf(), { ipv6: false }),
    ...seen(60, wayOf(), { ipv6: true }),
    ...seen(28, symmetric, { at: '2026-05-31T00:00:00.000Z' }),
    ...seen(9, 'nat-not-tested'),
    ...seen(3, 'filtering-undecided'),
  ];
  const population = ownPopulation(networks, { from: 'reports/', base: null });

  it('has counts as shares, their intervals as ranges, and says how many', () => {
    expect(population?.endpoints['nat-ei-apd']?.share).toEqual({
      value: 300 / 328,
      range: [wilsonRate(300, 328).low, wilsonRate(300, 328).high].map((bound) =>
        expect.closeTo(Number(bound), 4),
      ),
      source: '300 of 328 networks; 95 %: 87.9 % to 94.0 %',
    });
    expect(population?.about).toMatch(/^328 of 340 networks in reports\/, 2026-05-01 to 2026-05-31;/);
  });

  it('has the IPv6 that was seen, and none where nothing tells', () => {
    expect(population?.endpoints['nat-ei-apd']?.ipv6?.share.value).toBe(60 / 300);
    expect(population?.endpoints['nat-apd-apd']?.ipv6).toBeUndefined();
  });

  it('tells the unknown apart', () => {
    expect(population?.counted).toEqual({
      reports: 340,
      unknown: { 'nat-not-tested': 9, 'filtering-undecided': 3 },
    });
    const note =
      'Unknown: 12 of 340 networks are in no kind (the NAT was not tested: 9; no verdict on filtering: 3).';
    if (population === null) throw new Error('no population');
    expect(unknownNote(population)).toBe(note);
    const { body } = simulatePopulation(population, { rooms: 1_000, seed: 1 }, new Date(0));
    expect(body.notes[0]).toBe(note);
    expect(body.sensitivity.map(({ input }) => input)).toContain('share of nat-apd-apd');
    const [low, high] = body.pairs.outcomes.direct.inputs;
    expect(low).toBeLessThan(body.pairs.outcomes.direct.value);
    expect(high).toBeGreaterThan(body.pairs.outcomes.direct.value);
  });

  it('counts a browser once, by its newest report', () => {
    const daily = (at: string, way: Way) =>
      seen(1, way, { at: `2026-05-0${at}T00:00:00.000Z`, visitor: 'v' });
    const own = ownPopulation([...daily('3', symmetric), ...daily('1', wayOf()), ...daily('2', wayOf())], {
      from: 'x',
      base: null,
    });
    expect(Object.keys(own?.endpoints ?? {})).toEqual(['nat-apd-apd']);
    expect(own?.counted?.reports).toBe(1);
  });

  it('takes the rest from the population that is named with it', () => {
    const base = populationOf({ home: 1 }, { paths: ['direct'], rooms: { sizes: { 3: 1 } } });
    const own = ownPopulation(networks, { from: 'x', base });
    expect(own).toMatchObject({ paths: ['direct'], rooms: base.rooms, prices: base.prices });
    expect(Object.keys(own?.endpoints ?? {})).not.toContain('home');
  });

  it('is none where no report tells anything', () => {
    expect(ownPopulation(seen(3, 'nat-not-tested'), { from: 'x', base: null })).toBeNull();
    expect(ownPopulation([], { from: 'x', base: null })).toBeNull();
  });

  it('holds every kind that there is at once', () => {
    const decided = behaviours.filter((behaviour) => behaviour !== 'inconclusive');
    const ways = decided.flatMap((filtering) => [
      wayOf({ behindNat: false, filtering }),
      ...decided.map((mapping) => wayOf({ mapping, filtering })),
    ]);
    const streams = [
      [{ port: 3478, passed: true }],
      [
        { port: 443, passed: true },
        { port: 3478, passed: false },
      ],
    ].map((tries) => wayOut({ ...router, udp: 'blocked' }, tries));
    const all = [...ways, ...streams].flatMap((way) => seen(1, way));
    const own = ownPopulation(all, { from: 'x', base: null });
    expect(Object.keys(own?.endpoints ?? {})).toHaveLength(4 + 16 + 2);
  });
});
