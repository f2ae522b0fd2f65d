/** The spool on a disk: order, bounds, modes, and what a crash at any moment leaves. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../../service/store/spool/frame.ts';
import { Spool, type SpoolLimits, type SpoolNote } from '../../../service/store/spool/spool.ts';
import { encodeWaiting, type WaitingReport } from '../../../service/store/spool/waiting-report.ts';
import { sampleNat } from './sample-reports.ts';

const roomy: SpoolLimits = { bytes: 1e9, reports: 1e6 };
let folder: string;
let open: Spool[] = [];
const note = vi.fn<SpoolNote>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-spool-'));
  note.mockClear();
});
afterEach(async () => {
  for (const spool of open) await spool.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

async function openSpool(limits = roomy): Promise<Spool> {
  const spool = await Spool.open(folder, limits, note);
  open.push(spool);
  return spool;
}

const waitingReport = (number: number): WaitingReport => ({
  id: `report-${number}`,
  code: null,
  receivedAt: new Date(Date.UTC(2026, 10, 21, 12, 0, number)).toISOString(),
  linkHash: null,
  requestId: 'proxy-4711',
  traceparent: null,
  project: 'default',
  report: sampleNat({ sentence: `Report ${number}.` }),
});
const fill = async (spool: Spool, count: number): Promise<void> => {
  for (let number = 0; number < count; number++) await spool.add(waitingReport(number));
};

/** Takes everything out of it, in its order. */
async function empty(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (let oldest = await spool.peek(); oldest !== null; oldest = await spool.peek()) {
    ids.push('waiting' in oldest ? oldest.waiting.id : oldest.problem);
    await spool.shift(oldest);
  }
  return ids;
}

const idsTo = (count: number): string[] =>
  Array.from({ length: count }, (_none, number) => `report-${number}`);
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const segments = (): string[] => filesIn(folder).filter((path) => path.endsWith('.spool'));

describe('the spool', () => {
  it('gives reports back as they came, in their order, and then there is nothing left', async () => {
    const spool = await openSpool();
    expect(filesIn(folder)).toEqual([]);
    await Promise.all(idsTo(20).map((_id, number) => spool.add(waitingReport(number))));
    expect(spool.state()).toMatchObject({ reports: 20, oldestAt: new Date(waitingReport(0).receivedAt) });
    const first = await spool.peek();
    expect(first).toMatchObject({ waiting: waitingReport(0) });
    expect(await empty(spool)).toEqual(idsTo(20));
    expect(spool.state()).toEqual({ reports: 0, bytes: 0, oldestAt: null, setAside: 0 });
    expect(segments()).toEqual([]);
  });

  it('keeps one that waits already once', async () => {
    const spool = await openSpool();
    await Promise.all([spool.add(waitingReport(0)), spool.add(waitingReport(0))]);
    await spool.add(waitingReport(0));
    expect(await empty(spool)).toEqual(['report-0']);
    await spool.add(waitingReport(0));
    expect(await empty(spool)).toEqual(['report-0']);
  });

  it('takes reports while others are taken out', async () => {
    const spool = await openSpool();
    await fill(spool, 3);
    const first = await spool.peek();
    await spool.add(waitingReport(3));
    if (first !== null) await spool.shift(first);
    // Not the oldest any more: nothing happens.
    if (first !== null) await spool.shift(first);
    expect(spool.state().reports).toBe(3);
    expect(await empty(spool)).toEqual(['report-1', 'report-2', 'report-3']);
  });

  it('can be read by its owner only', async () => {
    const shared = join(folder, 'made');
    const spool = await Spool.open(shared, roomy, note);
    open.push(spool);
    await fill(spool, 2);
    const oldest = await spool.peek();
    if (oldest !== null) await spool.setAside(oldest, 'no good');
    const paths = [
      shared,
      ...readdirSync(shared, { recursive: true }).map((name) => join(shared, String(name))),
    ];
    const loose = paths.filter((path) => {
      const stat = statSync(path);
      return (stat.mode & 0o777) !== (stat.isDirectory() ? 0o700 : 0o600);
    });
    expect([paths.length > 4, loose]).toEqual([true, []]);
  });

  it('keeps what was set aside no longer than it is told to', async () => {
    const spool = await openSpool();
    await fill(spool, 1);
    const oldest = await spool.peek();
    if (oldest !== null) await spool.setAside(oldest, 'no good');
    expect(await spool.expire(new Date(Date.now() - 60_000))).toBe(0);
    expect(spool.state().setAside).toBe(1);
    expect(await spool.expire(new Date(Date.now() + 60_000))).toBe(1);
    expect(spool.state()).toMatchObject({ setAside: 0, bytes: 0 });
  });

  it.each([
    { name: 'bytes', limits: { bytes: 6_000, reports: 1e6 } },
    { name: 'reports', limits: { bytes: 1e9, reports: 3 } },
  ])('refuses what is beyond its $name, and takes it when there is room again', async ({ limits }) => {
    const spool = await openSpool(limits);
    const settled = await Promise.allSettled(
      idsTo(20).map((_id, number) => spool.add(waitingReport(number))),
    );
    const kept = settled.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeGreaterThan(0);
    expect(settled.slice(kept)).toEqual(
      Array.from({ length: 20 - kept }, () => ({
        status: 'rejected',
        reason: expect.objectContaining({
          statusCode: 503,
          failure: expect.objectContaining({ code: 'spool-full' }),
        }),
      })),
    );
    expect(spool.state().bytes).toBeLessThanOrEqual(limits.bytes);
    expect(await empty(spool)).toEqual(idsTo(kept));
    await spool.add(waitingReport(19));
    expect(await empty(spool)).toEqual(['report-19']);
  });

  it('says so when its disk takes nothing, and goes on when it does', async () => {
    const spool = await openSpool();
    await fill(spool, 1);
    const [own = ''] = readdirSync(folder).filter((name) => name.includes('-'));
    const oldest = await spool.peek();
    if (oldest !== null) await spool.shift(oldest);
    // A file in place of the folder: nothing can be made in it.
    rmSync(join(folder, own), { recursive: true });
    writeFileSync(join(folder, own), '');
    await expect(spool.add(waitingReport(1))).rejects.toMatchObject({ failure: { code: 'spool-failed' } });
    expect(spool.state().reports).toBe(0);
    rmSync(join(folder, own));
  });
});

describe('what a process leaves that is gone', () => {
  const left = '20261121T120000000Z-00000000';
  const contents = [0, 1, 2].map((number) => encodeWaiting(waitingReport(number)));
  const frames = contents.map(encodeFrame);
  /** Its files, and no lock that anybody holds. */
  const lay = (bytes: Uint8Array): void => {
    mkdirSync(join(folder, left), { recursive: true });
    writeFileSync(join(folder, left, '00000001.spool'), bytes);
  };

  it('is taken over by the next, at every byte that its last write can have been cut at', async () => {
    const [first = 0, second = 0, third = 0] = frames.map(({ length }) => length);
    // Every byte of the head, and some of the rest: the codec is tried at all of them.
    for (const cut of [...Array(13).keys(), 40, third - 1]) {
      note.mockClear();
      lay(Buffer.concat(frames).subarray(0, first + second + cut));
      const spool = await Spool.open(folder, roomy, note);
      expect(spool.state().reports).toBe(2);
      expect(await empty(spool)).toEqual(idsTo(2));
      expect(note).toHaveBeenCalledTimes(cut === 0 ? 0 : 1);
      await spool.close();
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('is left alone while that process lives', async () => {
    const living = await openSpool();
    await fill(living, 2);
    const next = await openSpool();
    expect(next.state().reports).toBe(0);
    expect(await empty(next)).toEqual([]);
    expect(await empty(living)).toEqual(idsTo(2));
  });

  it('comes before what the new one takes, and goes when it is stored', async () => {
    lay(Buffer.concat(frames));
    const spool = await openSpool();
    await spool.add(waitingReport(3));
    expect(await empty(spool)).toEqual(idsTo(4));
    await spool.close();
    open = [];
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is kept when it is closed with reports in it', async () => {
    const spool = await openSpool();
    await fill(spool, 2);
    await spool.close();
    expect(await empty(await openSpool())).toEqual(idsTo(2));
  });

  it('is set aside where the disk has damaged it, and the rest is not', async () => {
    const bytes = Buffer.concat(frames);
    const middle = (frames[0]?.length ?? 0) + 100;
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    lay(bytes);
    const spool = await openSpool();
    expect(await empty(spool)).toEqual(['report-0', 'report-2']);
    expect(spool.state()).toMatchObject({ reports: 0, setAside: 1 });
    const [aside = ''] = readdirSync(join(folder, 'set-aside'));
    expect(readFileSync(join(folder, 'set-aside', aside)).length).toBe(frames[1]?.length);
  });

  it('is no report where a newer release has written it: that is said, and the bytes are kept', async () => {
    const newer = new TextEncoder().encode(JSON.stringify({ version: 2, ...waitingReport(0) }));
    const garbage = Uint8Array.of(0xff, 0xfe);
    lay(Buffer.concat([encodeFrame(newer), encodeFrame(garbage), ...frames.slice(1)]));
    const spool = await openSpool();
    const problems = [];
    for (
      let oldest = await spool.peek();
      oldest !== null && 'problem' in oldest;
      oldest = await spool.peek()
    ) {
      problems.push(oldest.problem);
      await spool.setAside(oldest, oldest.problem);
    }
    expect(problems).toEqual([expect.stringContaining('expected 1'), expect.stringContaining('no JSON')]);
    expect(await empty(spool)).toEqual(['report-1', 'report-2']);
    const kept = filesIn(join(folder, 'set-aside')).map((path) => readFileSync(path));
    expect(kept).toEqual(expect.arrayContaining([Buffer.from(newer), Buffer.from(garbage)]));
  });
});
