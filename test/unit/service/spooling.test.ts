/** Reports while the store is away: none lost, none twice, whatever happens between storing one and taking it out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Envelope } from '../../../contract/envelope.ts';
import { failure } from '../../../contract/failures.ts';
import { hashOf } from '../../../service/secret-hash.ts';
import { Spool } from '../../../service/store/spool/spool.ts';
import { Spooling, type SpoolingEvents } from '../../../service/store/spool/spooling.ts';
import { openSqliteStore } from '../../../service/store/sqlite.ts';
import type { Store, StoredLink } from '../../../service/store/store.ts';
import { StoreWatch } from '../../../service/store/store-watch.ts';
import { sampleNat, sampleVisit } from './sample-reports.ts';

class Gone extends Error {}
const gone = failure('store-unreachable');
const receivedAt = new Date('2026-11-21T12:00:00.000Z');
const origin = (requestId: string | null) => ({ requestId, traceparent: null, project: 'default' });
const token = 'the-token-of-the-link';

let folder: string;
let real: Store;
/** What stands between the service and the store. */
let before: (report: Envelope) => Promise<void>;
let after: (report: Envelope) => Promise<void>;
let isAway: boolean;
let spooling: Spooling;
const stored = vi.fn<SpoolingEvents['stored']>();
const failed = vi.fn();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-spooling-'));
  real = await openSqliteStore(':memory:');
  isAway = true;
  before = async () => {};
  after = async () => {};
  stored.mockReset();
  failed.mockReset();
  spooling = await start();
});
afterEach(async () => {
  await spooling.close();
  await real.close();
  rmSync(folder, { recursive: true, force: true });
  expect(failed).not.toHaveBeenCalled();
});

/** The store through a network that may be cut. */
function instance(): Store {
  const reach = () => {
    if (isAway) throw new Gone();
  };
  return {
    ...real,
    ping: async () => reach(),
    findLink: async (hash) => {
      reach();
      return real.findLink(hash);
    },
    addReport: async (report, ...rest) => {
      reach();
      await before(report);
      const done = await real.addReport(report, ...rest);
      await after(report);
      return done;
    },
    close: async () => {},
  };
}

async function start(): Promise<Spooling> {
  const source = {
    open: async () => {
      if (isAway) throw new Gone();
      return { store: instance(), mayWrite: async () => {}, abandon: () => {} };
    },
    answers: async () => {},
    awayFailure: (error: unknown) => (error instanceof Gone ? gone : null),
  };
  const watch = new StoreWatch({
    source,
    doubtMs: 2_000,
    opened: gone,
    now: () => new Date(),
    random: () => 0,
  });
  const limits = { bytes: 1e7, reports: 1000 };
  const spool = await Spool.open(folder, limits, () => {});
  const started = new Spooling({ watch, spool, limits, now: () => receivedAt });
  started.attend({ kept: () => {}, stored, storing: (_origin, run) => run(), changed: () => {}, failed });
  return started;
}

/** In the order of their times. */
const report = (number: number) =>
  sampleNat({
    sentence: `Report ${number}.`,
    at: new Date(Date.UTC(2026, 10, 20, 9, 0, number)).toISOString(),
  });
/** So many were taken from the spool into the store, and none waits. */
const drained = (count: number) =>
  expect.poll(() => [stored.mock.calls.length, spooling.state().reports]).toEqual([count, 0]);
const sentences = async () =>
  (await real.listRuns({ limit: 100, offset: 0, sort: 'at', order: 'asc' })).runs.map(
    ({ headline }) => headline.sentence,
  );

describe('reports that wait', () => {
  it('are stored in their order, as of the time when they came, under the ids that were told', async () => {
    const told = [];
    for (let number = 0; number < 5; number++)
      told.push(await spooling.keep(report(number), origin(`request-${number}`)));
    expect(await real.countRuns()).toBe(0);
    isAway = false;
    await drained(5);
    expect(
      stored.mock.calls.map(([, { id, storedAt }, added, { requestId }]) => [id, storedAt, added, requestId]),
    ).toEqual(told.map(({ id }, number) => [id, receivedAt.toISOString(), true, `request-${number}`]));
    for (const [number, { id }] of told.entries())
      expect((await real.getRun(id))?.report).toEqual(report(number));
  });

  it('have the same id however they get into the store, and are there once', async () => {
    const [direct] = [await real.addReport(report(1), receivedAt)];
    const kept = [await spooling.keep(report(1), origin(null)), await spooling.keep(report(1), origin(null))];
    expect(new Set([direct.summary.id, ...kept.map(({ id }) => id)]).size).toBe(1);
    isAway = false;
    await drained(1);
    expect(stored.mock.calls.map(([, , added]) => added)).toEqual([false]);
    expect(await real.countRuns()).toBe(1);
  });

  it('are there once when the service dies between storing one and taking it out of the spool', async () => {
    for (let number = 0; number < 3; number++) await spooling.keep(report(number), origin(null));
    // Each one is stored, and then the answer is lost: three times the same.
    let lost = 0;
    after = async () => {
      lost += 1;
      if (lost > 3) return;
      isAway = true;
      throw new Gone();
    };
    for (let round = 0; round < 3; round++) {
      isAway = false;
      await expect.poll(() => lost).toBeGreaterThan(round);
      await spooling.close();
      spooling = await start();
      expect(spooling.state().reports).toBe(3);
    }
    isAway = false;
    await drained(3);
    expect(await sentences()).toEqual(['Report 0.', 'Report 1.', 'Report 2.']);
    expect(stored.mock.calls.map(([, , added]) => added)).toEqual([false, true, true]);
  });

  it('wait again when the store goes away between them', async () => {
    for (let number = 0; number < 4; number++) await spooling.keep(report(number), origin(null));
    let taken = 0;
    before = async () => {
      taken += 1;
      if (taken !== 3) return;
      isAway = true;
      throw new Gone();
    };
    isAway = false;
    await expect.poll(() => taken).toBe(3);
    await expect.poll(() => spooling.away).not.toBeNull();
    expect(spooling.state().reports).toBe(2);
    isAway = false;
    await drained(4);
    expect(await sentences()).toEqual([0, 1, 2, 3].map((number) => `Report ${number}.`));
  });

  it('are set aside when the store takes others and not them', async () => {
    before = async ({ body }) => {
      if (JSON.stringify(body).includes('Report 1.')) throw new Error('value too long');
    };
    for (let number = 0; number < 3; number++) await spooling.keep(report(number), origin('request-1'));
    isAway = false;
    await drained(2);
    expect(await sentences()).toEqual(['Report 0.', 'Report 2.']);
    expect(spooling.state().setAside).toBe(1);
    const [file = ''] = readdirSync(join(folder, 'set-aside'));
    const aside = JSON.parse(readFileSync(join(folder, 'set-aside', file), 'utf8'));
    expect(aside).toMatchObject({ reason: 'value too long', requestId: 'request-1', report: report(1) });
  });

  it('that pass a store which stumbles are stored', async () => {
    let tries = 0;
    before = async () => {
      tries += 1;
      if (tries < 4) throw new Error('deadlock detected');
    };
    await spooling.keep(report(0), origin(null));
    isAway = false;
    await drained(1);
    expect([await real.countRuns(), spooling.state().setAside]).toEqual([1, 0]);
  });
});

describe('a visit that waits', () => {
  const link = (expiresAt: string, revokedAt: string | null = null): StoredLink => ({
    id: 'l1',
    label: 'Support',
    servers: null,
    consent: null,
    contact: null,
    createdAt: '2026-11-01T00:00:00.000Z',
    project: 'of-the-link',
    expiresAt,
    revokedAt,
  });

  it.each([
    { name: 'its link', known: link('2026-11-21T13:00:00.000Z'), id: 'l1' },
    { name: 'its link, which ended a moment before', known: link('2026-11-21T11:50:00.000Z'), id: 'l1' },
    { name: 'none, where its link had ended', known: link('2026-11-21T11:00:00.000Z'), id: null },
    {
      name: 'none, where it was withdrawn',
      known: link('2026-12-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'),
      id: null,
    },
    { name: 'none, where there is no such link', known: null, id: null },
  ])('is stored with $name', async ({ known, id }) => {
    if (known !== null) await real.addLink(known, hashOf(token));
    const summary = await spooling.keep(sampleVisit({ link: token }), origin(null));
    isAway = false;
    await drained(1);
    // In its project, or in the sender’s where it came by no link after all.
    expect(await real.getRun(summary.id, [id === null ? 'default' : 'of-the-link'])).not.toBeNull();
    const run = await real.getRun(summary.id);
    expect([run?.summary.link, run?.summary.code]).toEqual([id, summary.code]);
    expect(run?.report).toEqual({
      ...sampleVisit(),
      body: { ...sampleVisit().body, run: { ...sampleVisit().body.run, link: id } },
    });
  });

  it('leaves no token on the disk', async () => {
    await spooling.keep(sampleVisit({ link: token }), origin(null));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const texts = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('');
    expect(texts).toContain(hashOf(token));
    expect(texts).not.toContain(token);
  });

  it('has a long code by which it is found, also if it had been stored under another', async () => {
    const first = (await real.addReport(sampleVisit(), receivedAt)).summary;
    const kept = await spooling.keep(sampleVisit(), origin(null));
    expect([first.code?.length, kept.code?.length]).toEqual([6, 8]);
    for (const code of [first.code, kept.code]) expect(await real.runOfCode(code ?? '')).toBe(first.id);
    const other = await spooling.keep(sampleVisit({ sentence: 'Another.' }), origin(null));
    expect(await real.runOfCode(other.code ?? '')).toBeNull();
    isAway = false;
    await drained(2);
    expect(await real.runOfCode(other.code ?? '')).toBe(other.id);
  });
});
