/**
 * `polynya turn load` beside `turnutils_uclient`, both through the same coturn: packets for a second of the generator’s
 * processor, what they tell about delay, and how far the generator goes before it is the limit itself.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endedChildrenMs, freePort, startCoturn, stop } from './processes.mjs';

export const name = 'turn-load';

const host = '127.0.0.1';
const user = { username: 'alice', password: 'wonderland-42' };
const bytes = 160;
const rounds = 5;
/** Each way. uclient sends a packet per client and millisecond at most. */
const rate = { clients: 20, perSec: 20_000, seconds: 4 };
/** Each way: twice as much is relayed. The generator or coturn ends it. */
const climb = { from: 25_000, to: 60_000, factor: 1.2, runs: 3 };
/** Nothing that is started here takes longer. */
const patienceMs = 150_000;
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Runs to its end; resolves to its output. A verdict that is none is no failure here. */
async function output(argv, env = {}) {
  const child = spawn(argv[0], argv.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  await once(child, 'close');
  return { stdout, stderr };
}

async function polynya(folder, port, profile) {
  const file = join(folder, 'profile.yaml');
  writeFileSync(file, JSON.stringify(profile));
  const argv = [process.execPath, program, 'turn', 'load', `turn:${host}:${port}`, '--yes-i-own-this', host];
  argv.push('--bind', host, '--profile', file, '--json');
  const { stdout, stderr } = await output(argv, {
    POLYNYA_TURN_USERNAME: user.username,
    POLYNYA_TURN_CREDENTIAL: user.password,
  });
  if (stdout === '') throw new Error(`turn load has ended: ${stderr.slice(-500)}`);
  return JSON.parse(stdout).body;
}

const common = {
  traffic: { flows: rate.clients, mix: [{ bytes }] },
  peer: { kind: 'hairpin' },
  limits: { perSec: 100_000 },
};

/** Relayed packets per second of processor of the worker, in the measured time. @param engine `auto`: the one it takes by itself */
async function polynyaAtRate(folder, port, engine = 'auto') {
  const { runs, engine: used } = await polynya(folder, port, {
    ...common,
    engine,
    ladder: { from: rate.perSec, to: rate.perSec },
    step: { seconds: rate.seconds, discardSec: 1, drainMs: 500 },
    runs: 1,
  });
  const step = runs[0].steps.at(-1);
  const { p50Us, p99Us } = step.roundTrip;
  return {
    perCpuSec: (2 * step.arrivedBack * 1000) / step.generator.cpuMs,
    lost: step.lossPercent,
    delay: `p50 ${p50Us} µs, p99 ${p99Us} µs`,
    engine: used.kind,
  };
}

/** Its clients send to one another: every packet is relayed twice, as with hairpins. */
async function uclientAtRate(port) {
  const before = endedChildrenMs();
  const perClient = (rate.perSec / rate.clients) * rate.seconds;
  const argv = ['turnutils_uclient', '-u', user.username, '-w', user.password, '-y', '-c', '-z', '1'];
  argv.push('-m', String(rate.clients), '-n', String(perClient), '-l', String(bytes));
  argv.push('-p', String(port), '-L', host, host);
  const { stdout, stderr } = await output(argv);
  const text = stdout + stderr;
  const last = (pattern) => Number([...text.matchAll(pattern)].at(-1)?.[1] ?? Number.NaN);
  const received = last(/tot_recv_msgs=(\d+)/g);
  return {
    perCpuSec: (2 * received * 1000) / (endedChildrenMs() - before),
    lost: last(/lost packets \d+ \((\d+\.\d+)%/g),
    delay: `average ${last(/round trip delay (\d+\.\d+) ms/g)} ms`,
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`;

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-load-bench-'));
  const port = await freePort();
  const coturn = await startCoturn(folder, port, user);
  try {
    const [ours, batched, portable, theirs] = [[], [], [], []];
    // The first round is for the compiler, and for coturn’s memory.
    await polynyaAtRate(folder, port);
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await polynyaAtRate(folder, port));
      batched.push(await polynyaAtRate(folder, port, 'batched'));
      portable.push(await polynyaAtRate(folder, port, 'portable'));
      theirs.push(await uclientAtRate(port));
    }
    const { runs: ladders, ...ladder } = climb;
    const climbed = await polynya(folder, port, {
      ...common,
      ladder,
      step: { seconds: 3, discardSec: 1, drainMs: 500 },
      runs: ladders,
    });
    const carried = climbed.runs.map((run) => 2 * (run.carried ?? 0));
    const reasons = climbed.runs.flatMap((run) => run.steps.at(-1).reasons.map(({ sentence }) => sentence));
    const perSec = (results) => results.map(({ perCpuSec }) => perCpuSec);
    const ratio = median(perSec(ours)) / median(perSec(theirs));
    const row = (generator, results) => [
      generator,
      Math.round(median(perSec(results))),
      spread(perSec(results)),
      `${median(results.map(({ lost }) => lost)).toFixed(2)} %`,
      results.at(-1).delay,
    ];
    return {
      title: 'TURN load generator',
      intro:
        `Loopback, the same coturn with one relay thread: ${rate.perSec} packets/s of ${bytes} bytes each way over ` +
        `${rate.clients} allocations whose peers are relayed addresses too, so that coturn relays every packet twice; ` +
        `${rounds} rounds in turns.`,
      columns: ['generator', 'relayed packets per CPU second', 'lowest–highest', 'lost', 'delay told'],
      rows: [
        row(`polynya turn load (${ours[0].engine} engine)`, ours),
        row('polynya turn load (batched engine)', batched),
        row('polynya turn load (portable engine)', portable),
        row('turnutils_uclient', theirs),
      ],
      notes: [
        `Ladder with one worker, each way: ${climbed.headline.sentence} The runs carried ${carried.join(', ')} relayed packets/s, those of both directions.`,
        ...new Set(reasons),
        'Of turnutils_uclient the processor time of its whole run counts, of polynya turn load that of the measured time.',
      ],
      peers: {
        coturn: execFileSync('turnserver', ['--version'], { encoding: 'utf8' }).trim().split('\n').at(-1),
      },
      targets: [
        {
          name: 'more relayed packets per CPU second of the generator than turnutils_uclient',
          value: `${ratio.toFixed(2)} ×`,
          met: ratio > 1,
        },
        {
          name: 'at least 60,000 relayed packets/s from one worker without being the limit',
          value: `${Math.round(median(carried))}`,
          met: median(carried) >= 60_000,
        },
      ],
    };
  } finally {
    await stop(coturn);
    rmSync(folder, { recursive: true, force: true });
  }
}
