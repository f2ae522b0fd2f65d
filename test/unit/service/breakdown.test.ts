import { describe, expect, it } from 'vitest';
import type { BreakdownQuery } from '../../../contract/breakdown.ts';
import type { CheckCauseId } from '../../../contract/check-causes.ts';
import { type FailureCode, failure } from '../../../contract/failures.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import { type RunQuery, runQuerySchema } from '../../../contract/runs.ts';
import type { TabNat } from '../../../contract/tab-nat.ts';
import type { RelayTry } from '../../../contract/visit-report.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import type { Store } from '../../../service/store/store.ts';
import { relayedAttempt, sampleAttempt, sampleNat, sampleVisit, type VisitOver } from './sample-reports.ts';
import { describeStores } from './store-kinds.ts';

const now = new Date('2026-11-20T12:00:00.000Z');
const udp = 'turn:turn.example.org?transport=udp';
const tls = 'turns:turn.example.org?transport=tcp';

let store: Store;

let visits = 0;
async function visit(over: VisitOver = {}): Promise<string> {
  visits += 1;
  const report = sampleVisit({ sentence: `Visit ${visits}.`, ...over });
  return (await store.addReport(report, now)).summary.id;
}

function server(url: string, code?: 'timeout' | 'turn-401' | 'harness-fault'): ServerResult {
  return {
    url,
    transport: url === tls ? 'tls' : 'udp',
    address: null,
    status: code === undefined ? 'ok' : 'failed',
    rttMs: null,
    setupMs: null,
    software: null,
    rfc5780: null,
    ...(code !== undefined && { failure: failure(code) }),
    evidence: [],
  };
}

function nat(legacy: TabNat['nat']['legacy']): TabNat {
  return {
    nat: { ...sampleNat().body.nat, legacy },
    verdicts: [],
    evidence: [],
    run: { natVerdictMs: 1, packetsSent: 1, packetsReceived: 1 },
  };
}

const failedDirect = sampleAttempt({ rung: 'S1', succeeded: false, failure: failure('ice-failed') });
const brokenDirect = sampleAttempt({ rung: 'S1', succeeded: false, failure: failure('harness-fault') });

/** Three behind a symmetric NAT, who need the relay; two behind a cone; one whose NAT is not known. */
async function seed(): Promise<void> {
  for (const code of [undefined, undefined, 'turn-401'] as const) {
    const relay =
      code === undefined
        ? relayedAttempt()
        : relayedAttempt({ rung: 'S0', succeeded: false, failure: failure(code) });
    await visit({
      attempts: [failedDirect, relay],
      nat: nat('symmetric'),
      servers: [server(udp, code), server(tls)],
      link: 'l1',
    });
  }
  await visit({ attempts: [sampleAttempt()], nat: nat('full-cone'), servers: [server(udp)] });
  await visit({ attempts: [brokenDirect], nat: nat('full-cone'), servers: [server(udp, 'timeout')] });
  await visit({ attempts: [sampleAttempt(), sampleAttempt({ id: 'again' })], servers: [] });
}

const split = (query: BreakdownQuery = {}) => store.breakdown(query, now);

const use = (opened: Store): void => {
  store = opened;
};

describeStores(use, () => {
  describe('breakdown', () => {
    it('says nothing of an empty store, and of host probes', async () => {
      await store.addReport(sampleNat(), now);
      expect(await split()).toEqual({
        visits: 0,
        paths: [],
        nats: [],
        servers: [],
        causes: [],
        findings: [],
      });
    });

    it('splits by path, by NAT class and by server, each with its n and interval', async () => {
      await seed();
      const { visits: total, paths, nats, servers } = await split();
      expect(total).toBe(6);
      expect(paths).toEqual([
        { path: 'mesh', ...wilsonRate(3, 6), harnessFaults: 1 },
        { path: 'relay', ...wilsonRate(2, 3), harnessFaults: 0 },
      ]);
      expect(nats).toEqual([
        { nat: 'full-cone', path: 'mesh', ...wilsonRate(1, 1), harnessFaults: 1 },
        { nat: 'symmetric', path: 'mesh', ...wilsonRate(0, 3), harnessFaults: 0 },
        { nat: 'symmetric', path: 'relay', ...wilsonRate(2, 3), harnessFaults: 0 },
        { nat: 'untested', path: 'mesh', ...wilsonRate(2, 2), harnessFaults: 0 },
      ]);
      expect(servers).toEqual([
        { url: udp, transport: 'udp', ...wilsonRate(3, 5), harnessFaults: 0 },
        { url: tls, transport: 'tls', ...wilsonRate(3, 3), harnessFaults: 0 },
      ]);
    });

    it('ranks causes by the visits that met them, once a visit', async () => {
      await seed();
      const { causes } = await split();
      expect(causes).toEqual([
        { code: 'ice-failed', blame: 'network', visits: 3, share: wilsonRate(3, 6) },
        { code: 'harness-fault', blame: 'tool', visits: 1, share: wilsonRate(1, 6) },
        { code: 'timeout', blame: 'network', visits: 1, share: wilsonRate(1, 6) },
        // Its attempt over the relay and the server itself both say so.
        { code: 'turn-401', blame: 'server', visits: 1, share: wilsonRate(1, 6) },
      ]);
    });

    it('ranks what visitors were told, once a visit', async () => {
      const told = (...ids: CheckCauseId[]) =>
        visit({ causes: ids.map((id) => ({ id, urls: [] })), nat: nat('symmetric') });
      await told('udp-blocked', 'strict-nat');
      await told('udp-blocked', 'udp-blocked');
      await visit();
      expect((await split()).findings).toEqual([
        { id: 'udp-blocked', visits: 2, share: wilsonRate(2, 3) },
        { id: 'strict-nat', visits: 1, share: wilsonRate(1, 3) },
      ]);
      expect((await split({ nat: 'untested' })).findings).toEqual([]);
      const behind = await store.listRuns({ ...runQuerySchema.parse({}), finding: 'udp-blocked' });
      expect(behind.total).toBe(2);
    });

    it('counts a TURN server by the data that went through it, once a URL', async () => {
      const way = (url: string, outcome: RelayTry['outcome'], code?: FailureCode): RelayTry => ({
        url,
        host: 'turn.example.org',
        port: 3478,
        transport: url === tls ? 'tls' : 'udp',
        family: null,
        outcome,
        rung: outcome === 'ok' ? 'S4' : 'S1',
        allocatedMs: 20,
        setupMs: outcome === 'ok' ? 100 : null,
        echoRttMs: null,
        ...(code !== undefined && { failure: failure(code) }),
      });
      const stun = { ...server('stun:stun.example.org'), transport: 'udp' as const };
      // Both gave out an address; data came through one of them, and over one family of that.
      const relays = [way(udp, 'ok'), way(udp, 'note', 'timeout'), way(tls, 'failed', 'ice-failed')];
      await visit({ servers: [stun, server(udp), server(tls)], relays });
      // No data could be tried: nothing is known of the server.
      await visit({ servers: [server(udp)], relays: [] });
      const { servers, causes } = await split();
      expect(servers).toEqual([
        { url: stun.url, transport: 'udp', ...wilsonRate(1, 1), harnessFaults: 0 },
        { url: udp, transport: 'udp', ...wilsonRate(1, 1), harnessFaults: 0 },
        { url: tls, transport: 'tls', ...wilsonRate(0, 1), harnessFaults: 0 },
      ]);
      expect(causes.map(({ code }) => code)).toEqual(['ice-failed']);
    });

    it.each<BreakdownQuery>([{}, { nat: 'full-cone' }, { path: 'mesh' }, { server: udp }, { link: 'l1' }])(
      'with %j counts a report that comes or goes after its hour has been counted',
      async (query) => {
        const long = { at: '2026-11-19T07:30:00.000Z', link: 'l1', servers: [server(udp)] } as const;
        const add = () => visit({ ...long, servers: [...long.servers], nat: nat('full-cone') });
        await add();
        expect((await split(query)).visits).toBe(1);
        const second = await add();
        const both = await split(query);
        expect(both.visits).toBe(2);
        expect(both.paths).toEqual([{ path: 'mesh', ...wilsonRate(2, 2), harnessFaults: 0 }]);
        expect(both.servers[0]).toMatchObject({ attempts: 2 });
        expect(await split(query)).toEqual(both);
        await store.deleteRun(second);
        expect((await split(query)).visits).toBe(1);
        expect((await store.success({ bucket: 'day', ...query }, now)).series[0]?.total.attempts).toBe(1);
      },
    );

    it('reads whole days and hours, and counts right wherever a range begins and ends', async () => {
      const times = Array.from({ length: 60 }, (_, i) => Date.parse('2026-11-17T20:00:00Z') + i * 3_700_001);
      for (const ms of times) await visit({ at: new Date(ms).toISOString() });
      const cuts = [
        '17T20:00:00',
        '17T23:59:59.999',
        '18T00:00:00',
        '18T13:20:11',
        '18T23:00:00.001',
        '20T10:41',
      ];
      const at = (cut: string) => `2026-11-${cut}Z`;
      for (const [index, since] of cuts.map(at).entries()) {
        for (const until of cuts.slice(index).map(at)) {
          const inside = times.filter((ms) => ms >= Date.parse(since) && ms < Date.parse(until)).length;
          expect([since, until, (await split({ since, until })).visits]).toEqual([since, until, inside]);
          for (const bucket of ['hour', 'day'] as const) {
            const { series } = await store.success({ bucket, since, until }, now);
            expect([bucket, series[0]?.total.attempts ?? 0]).toEqual([bucket, inside]);
          }
        }
      }
    });

    it('takes of the first and the last hour what the range takes', async () => {
      for (const minute of ['05', '25', '45']) {
        for (const hour of ['06', '07', '08']) await visit({ at: `2026-11-20T${hour}:${minute}:00.000Z` });
      }
      expect((await split()).visits).toBe(9);
      const cut = { since: '2026-11-20T06:30:00Z', until: '2026-11-20T08:25:00.001Z' };
      expect((await split(cut)).visits).toBe(6);
      expect((await split({ since: '2026-11-20T07:10:00Z', until: '2026-11-20T07:30:00Z' })).visits).toBe(1);
    });

    it.each<[BreakdownQuery, number, number]>([
      [{ link: 'l1' }, 3, 2],
      [{ nat: 'symmetric' }, 3, 2],
      [{ nat: 'untested' }, 1, 1],
      [{ path: 'relay' }, 3, 1],
      [{ server: tls }, 3, 2],
      [{ server: udp, nat: 'full-cone' }, 2, 1],
      [{ since: '2026-11-20T10:00:00.001Z' }, 0, 0],
      [{ until: '2026-11-20T10:00:00.000Z' }, 0, 0],
      [{ since: '2026-11-20T19:00:00+09:00' }, 6, 2],
    ])('with %j: %i visits over %i paths', async (query, total, ways) => {
      await seed();
      const found = await split(query);
      expect([found.visits, found.paths.length]).toEqual([total, ways]);
    });

    it('agrees with the series over time, filter by filter', async () => {
      await seed();
      for (const filter of [
        {},
        { nat: 'symmetric' },
        { path: 'relay' },
        { server: udp },
        { link: 'l1' },
      ] as const) {
        const { series } = await store.success({ bucket: 'hour', ...filter }, now);
        const { paths } = await split(filter);
        const totals = series.map(({ path, total, harnessFaults }) => ({ path, ...total, harnessFaults }));
        expect(totals, JSON.stringify(filter)).toEqual(paths);
      }
    });
  });

  describe('the reports behind a bar', () => {
    const list = async (query: Partial<RunQuery>) =>
      (await store.listRuns({ ...runQuerySchema.parse({}), ...query })).total;

    it.each<[Partial<RunQuery>, number]>([
      [{ path: 'mesh', outcome: 'succeeded' }, 2],
      [{ path: 'mesh', outcome: 'failed' }, 4],
      [{ path: 'relay', outcome: 'succeeded', nat: 'symmetric' }, 2],
      [{ server: udp, outcome: 'failed' }, 2],
      [{ server: udp, path: 'relay', outcome: 'failed' }, 1],
      [{ cause: 'turn-401' }, 1],
      [{ cause: 'timeout' }, 1],
      [{ cause: 'ice-failed' }, 3],
      [{ nat: 'untested', kind: 'visit-report' }, 1],
      [{ outcome: 'failed' }, 4],
    ])('of %j are %i', async (query, total) => {
      await seed();
      expect(await list(query)).toBe(total);
    });
  });
});
