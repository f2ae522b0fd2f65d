/**
 * `npm run turn-60`: every broken server of the catalogue, then docs/turn-60.md. `npm run turn-60 -- WORD…`: those
 * whose id contains one of the words; prints what is not as it should be, and writes nothing. Needs root, coturn,
 * nftables, haproxy and openssl. Exit code 1 when a target is missed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolVersion } from '../../contract/release.ts';
import { turnFaults } from '../../scenarios/catalog/turn-faults/index.ts';
import { hostName } from '../../scenarios/catalog/turn-faults/sound-server.ts';
import type { TurnFault } from '../../scenarios/catalog/turn-faults/turn-fault.ts';
import { run } from '../../scenarios/io/exec.ts';
import { makeCertificates } from '../../scenarios/io/lab-certificates.ts';
import { requireLab } from '../../scenarios/io/require-lab.ts';
import { installedVersion } from '../../turn/io/lint-environment.ts';
import { isWhole, type Outcome } from './outcome.ts';
import { renderTurn60, targetsOf } from './render.ts';
import { runFault } from './run-fault.ts';

/** Most of a check is waiting for what must not be answered, so more than the processors is well. */
const atATime = 4;
/** Seen from the build, `dist/bench/turn-60`. */
const page = new URL('../../../docs/turn-60.md', import.meta.url);

async function versionOf(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(argv);
  return /\d+\.\d+\.\d+\S*/.exec(stdout + stderr)?.[0] ?? 'of unknown version';
}

async function versions(): Promise<string[]> {
  return [
    `coturn ${(await installedVersion())?.text ?? 'of unknown version'}`,
    `haproxy ${await versionOf('haproxy', '-v')}`,
    `OpenSSL ${await versionOf('openssl', 'version')}`,
    `Node ${process.versions.node}`,
    `polynya ${toolVersion}`,
  ];
}

async function runAll(wanted: readonly TurnFault[]): Promise<Map<string, Outcome>> {
  const folder = mkdtempSync(join(tmpdir(), 'turn-60-'));
  const outcomes = new Map<string, Outcome>();
  const waiting = [...wanted];
  try {
    const certificates = await makeCertificates(folder, hostName);
    const work = async () => {
      for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
        const outcome = await runFault(fault, certificates);
        outcomes.set(fault.id, outcome);
        console.log(`${isWhole(outcome) ? 'ok   ' : 'SHORT'} ${fault.id}`);
        for (const remark of outcome.remarks) console.log(`      ${remark}`);
      }
    };
    await Promise.all(Array.from({ length: atATime }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

requireLab(['ip', 'nft', 'sysctl', 'openssl', 'turnserver', 'haproxy']);
const words = process.argv.slice(2);
const wanted = turnFaults.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)));
const startedMs = performance.now();
const outcomes = await runAll(wanted);
const seconds = (performance.now() - startedMs) / 1000;
const targets = targetsOf(wanted, outcomes);
for (const { name, reached, of, wanted: bar } of targets) {
  console.log(`${reached >= bar ? 'met   ' : 'MISSED'}  ${reached} of ${of} ${name}`);
}
console.log(`${wanted.length} faults in ${seconds.toFixed(0)} s`);
if (words.length === 0) {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(page, renderTurn60(outcomes, { date, versions: await versions(), seconds }));
  console.log('wrote docs/turn-60.md');
}
process.exitCode = targets.every(({ reached, wanted: bar }) => reached >= bar) ? 0 : 1;
