/** A service in a process of its own on core 0, and clients that keep their connections. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';

/** Client addresses, so that there are ports enough for all connections. */
const addresses = 8;

/** As in deploy/systemd/polynya-serve.service and in `npm start`. */
const shippedFlags = '--max-semi-space-size=64';

const entry = `
  const { startService } = await import(process.argv[1]);
  const { serveConfigSchema } = await import(process.argv[2]);
  const service = await startService(serveConfigSchema.parse(JSON.parse(process.argv[3])));
  console.log(service.url);
`;

/** What keeps one generator from standing in for many users. */
const limits = { requestsPerMinute: 1e7, reportsPerMinute: 1e7, connections: 50_000, rooms: 4_000 };

/** @param config of `polynya serve`; ends with `child.kill` */
export function startService(config) {
  const modules = ['server', '../contract/config'].map((part) =>
    String(new URL(`../../dist/service/${part}.js`, import.meta.url)),
  );
  const all = { port: 0, stun: { enabled: false }, limits, ...config };
  return startOnCore0(['--input-type=module', '-e', entry, ...modules, JSON.stringify(all)]);
}

/** @param args of Node.js; the program prints its URL */
export async function startOnCore0(args) {
  const flags = (process.env['POLYNYA_BENCH_NODE_FLAGS'] ?? shippedFlags).split(' ').filter(Boolean);
  const argv = ['-c', '0', process.execPath, ...flags, ...args];
  const child = spawn('taskset', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended with ${code}`);
    }),
  ]);
  return { child, url };
}

export class Clients {
  #next = 0;
  #agents = Array.from(
    { length: addresses },
    // Idle connections are closed long before the service closes them, or the two might cross; and all of them together
    // are fewer than may wait to be accepted (511), or the kernel resets some.
    (_, i) =>
      new Agent({ keepAlive: true, timeout: 20_000, maxSockets: 60, localAddress: `127.0.0.${i + 2}` }),
  );

  /** Of the next client. */
  address() {
    return this.#take().options.localAddress;
  }

  /** @param body JSON text; resolves to `{ status, text, retryAfter }` */
  post(url, body) {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#take(), headers }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode: status, headers: told } = answer;
          resolve({ status, text: String(Buffer.concat(parts)), retryAfter: told['retry-after'] });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close() {
    for (const agent of this.#agents) agent.destroy();
  }

  #take() {
    this.#next += 1;
    return this.#agents[this.#next % addresses];
  }
}

/** Resolves to whether it was let in; a refusal must say when to come again. */
export function admitted({ status, text, retryAfter }) {
  if (status === 200) return true;
  if ((status === 503 || status === 429) && Number(retryAfter) > 0) return false;
  throw new Error(`HTTP ${status}: ${text.slice(0, 300)}`);
}
