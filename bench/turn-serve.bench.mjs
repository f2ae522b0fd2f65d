/**
 * `polynya turn serve` against coturn with one relay thread: processor time of the server’s process for a Binding and
 * for a relayed packet, the rate that it relays without loss, and memory for idle allocations. The load comes from a
 * process of its own; what the kernel does for the server counts as the server’s.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, processorMs, startCoturn, started, stop } from './processes.mjs';

export const name = 'turn-serve';

const host = '127.0.0.1';
const user = { username: 'alice', password: 'wonderland-42' };
const rounds = 5;
const packets = 60_000;
const rates = [20_000, 30_000, 40_000, 50_000, 60_000];
const rateSeconds = 3;
const listeners = 4;
const wantedIdle = 20_000;
/** Of the open files that a process may have, those that are not relay sockets. */
const otherFiles = 200;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function residentMiB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

const servers = {
  'polynya turn serve': {
    async start(folder, ports) {
      const config = join(folder, 'turn.yaml');
      const text = JSON.stringify({
        listen: ports.map((port) => `${host}:${port}`),
        realm: 'example.org',
        users: { [user.username]: user.password },
        peers: { allow: ['127.0.0.0/8', host] },
        limits: { requestsPerSecond: 1e7, burst: 1e7 },
        quota: { perUser: 100_000, total: 100_000 },
        relay: { ports: [20_000, 65_535] },
        log: 'silent',
      });
      writeFileSync(config, text);
      const command = [process.execPath, here('../dist/cli/main.js'), 'turn', 'serve', '--config', config];
      return started(command, /^Stop /m);
    },
    tasks: ['binding', 'relay'],
  },
  coturn: {
    start: (folder, [port]) => startCoturn(folder, port, user),
    tasks: ['binding', 'relay'],
  },
  'Node, bare echo': {
    start: (_folder, [port]) =>
      started([process.execPath, here('peers/echo-server.mjs'), String(port)], /ready/),
    tasks: ['binding'],
  },
};

async function load(task) {
  const child = spawn(process.execPath, [here('peers/turn-load.mjs'), JSON.stringify({ ...user, ...task })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (task.task === 'idle' && text.includes('\n')) break;
  }
  return { child, result: JSON.parse(text) };
}

/** Microseconds of the server’s processor per answer, or per relayed packet. */
async function cost(pid, task, port, count) {
  const before = processorMs(pid);
  const { result } = await load({ task, ports: [port], count });
  const handled = task === 'binding' ? result.answered : 2 * result.back;
  return ((processorMs(pid) - before) * 1000) / handled;
}

async function measureCosts(folder) {
  const costs = {};
  for (const [server, { start, tasks }] of Object.entries(servers)) {
    for (const task of tasks) costs[`${server} ${task}`] = [];
    const port = await freePort();
    const child = await start(folder, [port]);
    // The first round is for the compiler.
    for (const task of tasks) await cost(child.pid, task, port, packets);
    for (let round = 0; round < rounds; round += 1) {
      for (const task of tasks) costs[`${server} ${task}`].push(await cost(child.pid, task, port, packets));
    }
    await stop(child);
  }
  return costs;
}

/** The highest of the rates at which no packet of three seconds is lost; null: at none. */
async function lossless(folder) {
  const port = await freePort();
  const child = await servers['polynya turn serve'].start(folder, [port]);
  let best = null;
  for (const perSecond of rates) {
    const { result } = await load({ task: 'rate', ports: [port], perSecond, seconds: rateSeconds });
    // A load generator that falls behind has measured itself.
    const real = result.sent / result.seconds;
    if (result.arrived === result.sent && real > 0.98 * perSecond) best = Math.round(real);
  }
  await stop(child);
  return best;
}

async function idle(folder) {
  const limit =
    Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })) || Number.POSITIVE_INFINITY;
  const sockets = Math.floor(Math.min(wantedIdle, limit - otherFiles) / listeners);
  const ports = [];
  for (let i = 0; i < listeners; i += 1) ports.push(await freePort());
  const child = await servers['polynya turn serve'].start(folder, ports);
  const before = residentMiB(child.pid);
  const { child: holder, result } = await load({ task: 'idle', ports, sockets });
  const after = residentMiB(child.pid);
  holder.kill('SIGKILL');
  await stop(child);
  return { held: result.held, before, after };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}`;

function ratio(costs, task, target) {
  const own = median(costs[`polynya turn serve ${task}`]);
  const value = own / median(costs[`coturn ${task}`]);
  const what = task === 'binding' ? 'a Binding' : 'a relayed packet';
  return {
    name: `processor time of ${what}, at most ${target} × coturn’s`,
    value: `${value.toFixed(2)} ×`,
    met: value <= target,
  };
}

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-turn-bench-'));
  try {
    const costs = await measureCosts(folder);
    const best = await lossless(folder);
    const { held, before, after } = await idle(folder);
    const perCore = Math.round(1e6 / median(costs['polynya turn serve relay']));
    const full = before + ((after - before) * wantedIdle) / held;
    const version = execFileSync('turnserver', ['--version'], { encoding: 'utf8' }).trim().split('\n').at(-1);
    return {
      title: 'TURN server: processor time and memory',
      intro:
        'Loopback; the load is a process of its own with 64 packets on their way. Processor time of the server’s ' +
        `process, the kernel’s work for it included: median of ${rounds} rounds of ${packets} packets, coturn with one ` +
        'relay thread. A relayed packet is 160 bytes one way, as ChannelData towards the client.',
      columns: ['server', 'work', 'µs of processor', 'lowest–highest'],
      rows: Object.entries(costs).map(([key, values]) => {
        const task = key.split(' ').at(-1);
        const work = task === 'binding' ? 'Binding answered' : 'packet relayed';
        return [key.slice(0, -task.length - 1), work, median(values).toFixed(1), spread(values)];
      }),
      notes: [
        'The bare echo is Node’s own price for receiving a datagram and sending one; nothing written for Node can be cheaper.',
        `${held} idle allocations: ${before.toFixed(0)} → ${after.toFixed(0)} MiB, ${(((after - before) * 1024) / held).toFixed(1)} KiB each.`,
        `Rates tried: ${rates.join(', ')} packets a second for ${rateSeconds} s, with the load on the same machine.`,
      ],
      peers: { coturn: version },
      targets: [
        ratio(costs, 'binding', 1.5),
        ratio(costs, 'relay', 2),
        {
          name: 'relayed packets per second of processor, at least 40,000',
          value: String(perCore),
          met: perCore >= 40_000,
        },
        {
          name: 'relayed without loss, at least 40,000 packets a second',
          value: best === null ? `none of ${rates[0]}` : String(best),
          met: (best ?? 0) >= 40_000,
        },
        {
          name: `${wantedIdle} idle allocations in at most 200 MiB`,
          value: `${full.toFixed(0)} MiB${held < wantedIdle ? `, from ${held}` : ''}`,
          met: full <= 200,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
