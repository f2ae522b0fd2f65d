/** A lab leaves nothing behind: closed, interrupted, ended by itself, or killed and swept. */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runInBackground } from '../../scenarios/io/exec.ts';
import { buildLab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces, sweep } from '../../scenarios/io/sweep.ts';

const obstacle = labObstacle();
if (obstacle !== null) console.warn(`lab clean-up skipped: ${obstacle}`);

const builtLab = fileURLToPath(new URL('../../dist/scenarios/io/lab.js', import.meta.url));
/** Of its own, so that sweeping here cannot touch the labs of other tests. */
const prefix = `pntest${process.pid.toString(36)}`;

/** A process of its own that builds a lab with something running in it, says so, and does what it is told. */
async function labOwner(thenDo: string) {
  if (!existsSync(builtLab)) throw new Error('dist is not there: run `npm run build:node` first');
  const script = `
    import { buildLab } from ${JSON.stringify(builtLab)};
    const nat = { mapping: 'endpoint-independent', filtering: 'endpoint-independent', ports: 'sequential' };
    const lab = await buildLab({ nat, prefix: ${JSON.stringify(prefix)} });
    const folder = lab.folder('kept');
    const sleeper = lab.spawn(lab.client, ['sleep', '600']);
    console.log(JSON.stringify({ folder, sleeper: sleeper.pid, namespaces: lab.topology.namespaces.map((n) => n.name) }));
    ${thenDo}
  `;
  const owner = runInBackground([process.execPath, '--input-type=module', '-e', script]);
  const [text] = await owner.waitFor(/\{.*\}\n/, 30_000);
  const made: { folder: string; sleeper: number; namespaces: string[] } = JSON.parse(text);
  expect(made.namespaces).toHaveLength(4);
  return { owner, ...made };
}

/** A process that has ended and waits for a slow init to collect it counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const left = (made: { folder: string; sleeper: number; namespaces: readonly string[] }) => ({
  namespaces: made.namespaces.filter((name) => existsSync(join('/run/netns', name))),
  folder: existsSync(made.folder),
  process: isAlive(made.sleeper),
});
const nothing = { namespaces: [], folder: false, process: false };
const forever = 'setInterval(() => {}, 1_000);';

describe.skipIf(obstacle !== null)('clean-up', { timeout: 60_000 }, () => {
  afterEach(() => {
    sweep(prefix);
  });

  it('close() stops what runs and removes namespaces and folders', async () => {
    const lab = await buildLab({ prefix });
    const folder = lab.folder('kept');
    const sleeper = lab.spawn(lab.client, ['sleep', '600']);
    expect(labNamespaces(process.pid, prefix)).toHaveLength(3);
    await lab.close();
    await lab.close();
    expect(labNamespaces(process.pid, prefix)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect((await sleeper.ended).signal).toBe('SIGTERM');
  });

  it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: all gone, and the process ends by it',
    async (signal) => {
      const made = await labOwner(forever);
      process.kill(made.owner.pid ?? 0, signal);
      expect(await made.owner.ended).toEqual({ code: null, signal });
      await expect.poll(() => left(made), { timeout: 5_000 }).toEqual(nothing);
    },
  );

  it('the end of the process, by an uncaught error', async () => {
    const made = await labOwner('throw new Error("no close() here");');
    expect((await made.owner.ended).code).toBe(1);
    await expect.poll(() => left(made), { timeout: 5_000 }).toEqual(nothing);
  });

  it('SIGKILL leaves everything, and sweep() removes it', async () => {
    const made = await labOwner(forever);
    // Not yet: its owner lives.
    expect(sweep(prefix).namespaces).toEqual([]);
    process.kill(made.owner.pid ?? 0, 'SIGKILL');
    expect((await made.owner.ended).signal).toBe('SIGKILL');
    expect(left(made)).toEqual({ namespaces: made.namespaces, folder: true, process: true });
    const swept = sweep(prefix);
    expect([...swept.namespaces].sort()).toEqual([...made.namespaces].sort());
    expect(swept.folders.map((name) => join(tmpdir(), name))).toEqual([made.folder]);
    expect(swept.processes).toBeGreaterThanOrEqual(1);
    await expect.poll(() => left(made), { timeout: 5_000 }).toEqual(nothing);
    expect(sweep(prefix)).toEqual({ namespaces: [], folders: [], processes: 0 });
  });

  it('a plan that fails half-way leaves nothing', async () => {
    // 300 is not an octet: `ip` refuses the first address, after namespaces and links have been made.
    await expect(buildLab({ prefix, publicNet: '11.300' })).rejects.toThrow(/addresses and routes/);
    expect(labNamespaces(process.pid, prefix)).toEqual([]);
  });

  it('makes nothing outside its namespaces', async () => {
    const list = async () => {
      const listing = runInBackground(['ip', '-o', 'link']);
      await listing.ended;
      return listing.stdout();
    };
    const without = await list();
    expect(without).toContain('lo');
    const lab = await buildLab({ prefix });
    try {
      expect(await list()).toBe(without);
    } finally {
      await lab.close();
    }
  });
});
