/** `polynya compare` as it is run by hand: every path, judged by decoded pictures, and nothing left afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparePaths, pathKindOf } from '../../contract/compare-path.ts';
import { compareReportSchema } from '../../contract/comparison.ts';
import { readProcesses, withDescendants } from '../../scenarios/io/participants/process-table.ts';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';
import { buildSfuProcess } from '../net/echo-build.ts';
import { checkObstacle, hasOutsideAddress } from './check-stage.ts';
import { startQuietService } from './dashboard-stage.ts';

const obstacle = checkObstacle({ coturn: false });
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);
/** Janus uses no loopback for media. */
const janusObstacle =
  existsSync('/usr/bin/janus') && hasOutsideAddress() ? null : 'no janus, or only loopback';
const command = 'dist/cli/main.js';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(obstacle !== null)(`polynya compare${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let folder: string;
  let running: ChildProcess | null = null;

  beforeEach(() => {
    if (!existsSync(command)) throw new Error(`${command} is not built: run npm run build first`);
    folder = mkdtempSync(join(tmpdir(), 'polynya-test-'));
  });
  afterEach(() => {
    running?.kill('SIGKILL');
    removeFolder(folder);
  });

  function compare(...options: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
    // What it makes lies in the test’s own folder, so that leftovers can be told from those of others.
    const env = { ...process.env, TMPDIR: folder };
    const child = spawn(process.execPath, [command, 'compare', ...options], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running = child;
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk) => {
        texts[name] += String(chunk);
      });
    }
    const ended = once(child, 'close').then(([code]) => ({ code, ...texts }));
    return { child, ended };
  }

  it.skipIf(janusObstacle !== null)(
    `connects four browsers and a bot over every path, and no relay is one in name only (${janusObstacle ?? 'Janus too'})`,
    async () => {
      // Nobody is given up early: this is about what works, not about how fast.
      const timing = ['--warm-up', '0.2', '--hold', '1', '--limit', '40'];
      const { ended } = compare('-n', '5', '--bots', '1', '--repeats', '1', ...timing, '--json');
      const { code, stdout, stderr } = await ended;
      expect([0, 1], stderr).toContain(code);
      const { body } = compareReportSchema.parse(JSON.parse(stdout));
      expect(body.skipped).toEqual([]);
      // A run that the tool spoiled is tried again; the last try of each path counts.
      const last = new Map(body.runs.map((run) => [run.path, run]));
      expect([...last.keys()].sort()).toEqual([...comparePaths].sort());
      for (const [path, { outcome, links, turn, participants, server, faults }] of last) {
        expect([path, outcome, faults]).toEqual([path, 'complete', []]);
        const kind = pathKindOf(path);
        expect(links).toHaveLength(kind === 'mcu' ? 5 : 20);
        const bot = participants.find((each) => each.kind === 'bot')?.id;
        expect(links.filter(({ to }) => to === bot)).toHaveLength(kind === 'mcu' ? 1 : 4);
        for (const { to, rung, media, pairs, transport } of links) {
          if (to === bot) expect([rung, media?.framesDecoded]).toEqual(['S5', 0]);
          else {
            expect(['S6', 'S7']).toContain(rung);
            if (kind === 'mcu') expect(media?.totalAudioEnergy).toBeGreaterThan(0);
            else expect(media?.framesDecoded).toBeGreaterThan(0);
          }
          const ends = pairs.flatMap(({ local, remote }) => [local.type, remote.type]);
          expect(ends).toHaveLength(2);
          if (kind === 'relay') expect([...ends, transport]).toEqual(['relay', 'relay', path.slice(6)]);
          else expect(ends).not.toContain('relay');
        }
        expect(turn === null).toBe(kind !== 'relay');
        if (kind === 'relay') expect(turn?.egressBytes).toBeGreaterThan(10_000);
        expect(server === null).toBe(kind === 'mesh' || kind === 'relay');
        expect(participants.map(({ name }) => name).sort()).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
        expect(participants.map(({ kind: who }) => who).sort()).toEqual([
          'bot',
          ...Array(4).fill('chromium'),
        ]);
        for (const { traffic, cpuPercent } of participants) {
          expect(traffic?.up.kbps).toBeGreaterThan(10);
          expect(cpuPercent).toBeGreaterThan(0);
        }
      }
      expect(code).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
    },
    300_000,
  );

  it('takes the servers of a service that runs already, and looks into none of its processes', async () => {
    buildSfuProcess();
    const service = await startQuietService();
    try {
      const wanted = ['-n', '2', '--bots', '1', '--paths', 'sfu,relay-udp', '--repeats', '1'];
      const timing = ['--warm-up', '0', '--hold', '1', '--limit', '40'];
      const { ended } = compare(...wanted, ...timing, '--service', service.url, '--json');
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).toBe(1);
      const { body } = compareReportSchema.parse(JSON.parse(stdout));
      expect(body.skipped).toEqual([{ path: 'relay-udp', reason: 'the service has no server for it' }]);
      expect(body.notes).toEqual([expect.stringContaining('ran already')]);
      expect(body.runs).toMatchObject([{ path: 'sfu', outcome: 'complete', server: { cpuPercent: null } }]);
      expect(body.runs[0]?.participants.map(({ kind }) => kind).sort()).toEqual(['bot', 'chromium']);
      // It goes on, and the room is gone.
      const rooms = await fetch(new URL('/api/rooms', service.url));
      expect(await rooms.json()).toMatchObject({ rooms: [] });
    } finally {
      await service.close();
    }
  });

  /** Both browsers have been started. */
  async function untilLaunched(): Promise<void> {
    const profiles = (): string[] =>
      readdirSync(folder).flatMap((name) =>
        readdirSync(join(folder, name)).filter((entry) => /^p\d$/.test(entry)),
      );
    await expect.poll(profiles, { timeout: 60_000 }).toEqual(['p1', 'p2']);
  }

  it('leaves no process and no file when it is killed', async () => {
    const { child } = compare('-n', '2', '--paths', 'mesh', '--repeats', '20');
    await untilLaunched();
    const descendants = () => withDescendants(readProcesses(), [child.pid ?? 0]);
    // A profile is there before the browser’s helpers are.
    await expect.poll(() => descendants().size).toBeGreaterThan(8);
    const family = descendants();
    child.kill('SIGKILL');
    await expect.poll(() => readdirSync(folder), { timeout: 30_000 }).toEqual([]);
    // What removes the folder ends itself after that.
    await expect
      .poll(() => readProcesses().filter(({ pid }) => family.has(pid) && mentions(pid, folder)))
      .toEqual([]);
  });

  it('tells what it has when it is cancelled, and leaves nothing either', async () => {
    const { child, ended } = compare('-n', '2', '--paths', 'mesh', '--repeats', '20', '--json');
    await untilLaunched();
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    const { body } = compareReportSchema.parse(JSON.parse(stdout));
    expect(body.run.cancelled).toBe(true);
    expect(body.runs.length).toBeLessThan(20);
    expect(code).toBe(body.runs.length === 0 ? 3 : 1);
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** Pids are given out again, so a process counts only when its command line or environment names the folder. */
function mentions(pid: number, folder: string): boolean {
  try {
    return ['cmdline', 'environ'].some((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder),
    );
  } catch {
    return false;
  }
}
