/** Runs that are killed with SIGKILL at random moments: `lab sweep` removes all of them, and nothing of a run that lives. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { labReportSchema } from '../../contract/lab-report.ts';
import { defaultLabPrefix, ownerOf } from '../../scenarios/io/lab-name.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);
if (obstacle !== null) console.warn(`killed lab runs skipped: ${obstacle}`);

const kills = 20;
/** After the first namespace is there: from the middle of the building to the middle of the attempts. */
const latestMs = 1_500;
/** By chance, but none of the twenty parts of that time is left out. */
const momentOf = (nth: number) => (latestMs * (nth + Math.random())) / kills;

function startRun(): ChildProcess {
  const argv = [builtCli, 'lab', 'run', 'home-to-home', '--repeat', '50'];
  return spawn(process.execPath, argv, { stdio: 'ignore' });
}

/** Processes that carry the name of a lab of this owner in their arguments or environment, or work in its folder. */
function processesOf(pid: number): string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === pid) return false;
    try {
      const text = ['cmdline', 'environ']
        .map((file) => readFileSync(`/proc/${entry}/${file}`, 'utf8'))
        .join('');
      const isZombie = /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${entry}/stat`, 'utf8'));
      return !isZombie && text.includes(`${defaultLabPrefix}-${pid.toString(36)}-`);
    } catch {
      return false;
    }
  });
}

/** A lab puts no device into the network of the host, not even while it is built. */
const hostLinks = () => readdirSync('/sys/class/net');

function leftOf(pid: number, linksBefore: readonly string[]) {
  const folders = readdirSync(tmpdir()).filter((name) => ownerOf(name, defaultLabPrefix)?.pid === pid);
  const links = hostLinks().filter((name) => !linksBefore.includes(name));
  return { namespaces: labNamespaces(pid), links, folders, processes: processesOf(pid) };
}

const nothing = { namespaces: [], links: [], folders: [], processes: [] };
const sweep = () => promisify(execFile)(process.execPath, [builtCli, 'lab', 'sweep', '--json']);

describe.skipIf(obstacle !== null)('runs that are killed', { timeout: 180_000 }, () => {
  beforeAll(() => {
    requireBuilt();
  });

  it(`${kills} times at random moments: sweep leaves nothing, and the run beside it is not disturbed`, async () => {
    const argv = [builtCli, 'lab', 'run', 'home-to-home', '--json', '--repeat', '20'];
    const neighbour = promisify(execFile)(process.execPath, argv, { maxBuffer: 64 * 2 ** 20 });
    const links = hostLinks();
    let leftBehind = 0;
    for (let index = 0; index < kills; index += 2) {
      // Two at once: neither takes the other's namespaces for leftovers.
      await Promise.all(
        [index, index + 1].map(async (nth) => {
          const run = startRun();
          const pid = run.pid ?? 0;
          await expect
            .poll(() => labNamespaces(pid).length, { timeout: 30_000, interval: 5 })
            .toBeGreaterThan(0);
          const moment = momentOf(nth);
          await wait(moment);
          run.kill('SIGKILL');
          if (run.exitCode === null && run.signalCode === null) await once(run, 'exit');
          leftBehind += Number(labNamespaces(pid).length > 0);
          await sweep();
          await expect
            .poll(() => leftOf(pid, links), { timeout: 5_000, message: `killed after ${moment} ms` })
            .toEqual(nothing);
        }),
      );
    }
    // Otherwise they had ended before, and nothing was proved.
    expect(leftBehind).toBe(kills);
    const { counts } = labReportSchema.parse(JSON.parse((await neighbour).stdout)).body;
    expect(counts).toMatchObject({ cells: 4, asExpected: 4, unexpected: 0 });
  });
});
