/** Clients that run as a process of their own, one for each run. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ClientRun, type FaultClient, isClientRun, type Talk } from './client-run.ts';
import { clientScript, root } from './root.ts';

/** Debian’s: its packages are not there for others. */
const python = '/usr/bin/python3';

interface Program {
  readonly name: string;
  readonly command: string;
  readonly script: string;
  readonly transports: FaultClient['transports'];
  /** Arguments that make `command` print the version; nothing printed: not installed. */
  readonly askVersion: readonly string[];
}

const programs: readonly Program[] = [
  {
    name: 'node-datachannel',
    command: process.execPath,
    script: 'node-datachannel.mjs',
    // libjuice speaks TURN over UDP only.
    transports: ['udp'],
    // Its package.json is not among its exports.
    askVersion: [
      '-p',
      "JSON.parse(require('fs').readFileSync('node_modules/node-datachannel/package.json', 'utf8')).version",
    ],
  },
  {
    name: 'aioice',
    command: python,
    script: 'aioice-pair.py',
    transports: ['udp', 'tcp'],
    askVersion: ['-c', "import importlib.metadata as m; print(m.version('aioice'))"],
  },
  {
    name: 'libnice',
    command: python,
    script: 'nice-pair.py',
    transports: ['udp', 'tcp'],
    askVersion: [
      '-c',
      "import gi; gi.require_version('Nice', '0.1'); import subprocess as s; print(s.check_output(['dpkg-query', '--show', 'libnice10'], text=True).split()[1])",
    ],
  },
];

/** Those that are installed here. */
export function processClients(): FaultClient[] {
  return programs.flatMap((program) => {
    const asked = spawnSync(program.command, program.askVersion, {
      encoding: 'utf8',
      timeout: 20_000,
      cwd: root,
    });
    const version = asked.status === 0 ? asked.stdout.trim() : '';
    return version === '' ? [] : [clientOf(program, version)];
  });
}

function clientOf({ name, command, script, transports }: Program, version: string): FaultClient {
  return {
    name,
    version,
    transports,
    run: (talk) => runProcess(command, fileURLToPath(clientScript(script)), talk),
    close: () => Promise.resolve(),
  };
}

async function runProcess(command: string, script: string, talk: Talk): Promise<ClientRun> {
  const timeout = talk.setUpMs + talk.talkMs + 15_000;
  const startedMs = performance.now();
  try {
    const { stdout } = await promisify(execFile)(command, [script, JSON.stringify(talk)], {
      timeout,
      killSignal: 'SIGKILL',
    });
    return readRun(stdout);
  } catch (error) {
    // The client that has said what it has to say may end as it likes.
    const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    if (stdout.includes('echoesMs')) return readRun(stdout);
    const endedMs = Math.round(performance.now() - startedMs);
    const signal = error instanceof Error && 'signal' in error ? String(error.signal) : 'unknown';
    return { echoesMs: [], failedMs: endedMs, failure: `the process died (${signal})`, endedMs };
  }
}

function readRun(stdout: string): ClientRun {
  const run: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  if (!isClientRun(run)) throw new Error(`no run: ${stdout.slice(0, 200)}`);
  return run;
}
