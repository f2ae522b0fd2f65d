/**
 * Three NATS servers in a cluster, three service nodes, one PostgreSQL and members of one room, each in a namespace of its
 * own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Running } from '../../scenarios/io/exec.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { natsConfig } from '../../scenarios/io/nats.ts';
import { type Postgres, startPostgres } from '../../scenarios/io/postgres.ts';
import type { SiteSpec } from '../../scenarios/plan/topology.ts';
import { builtCli } from '../built-cli.ts';
import { must } from './must.ts';

const adminToken = 'a-token-that-only-this-lab-knows';
const busToken = 'correct-horse-battery-staple';
const members = fileURLToPath(new URL('fleet-members.mjs', import.meta.url));
const numbers = [1, 2, 3] as const;

/** For `node -e`: asks what a line of stdin says, and prints the answer with its number; null: there was none. */
const asking = `
const headers = { authorization: 'Bearer ${adminToken}', 'content-type': 'application/json' };
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, url, method, body } = JSON.parse(line);
  const options = { method, headers, signal: AbortSignal.timeout(2_000), ...(body === null ? {} : { body: JSON.stringify(body) }) };
  const reply = await fetch(url, options).then((reply) => /json/.test(reply.headers.get('content-type')) ? reply.json() : reply.text()).catch(() => null);
  console.log(JSON.stringify({ id, reply }));
});`;

interface Host {
  readonly namespace: string;
  readonly address: string;
}

interface Talker {
  readonly state: string;
  readonly ended: string | null;
  readonly anew: number;
  readonly said: number;
  readonly heard: number;
  readonly inOrder: boolean;
  /** The longest one since the mark. */
  readonly silenceMs: number;
}

interface Seen {
  readonly native: number;
  readonly talkers: readonly Talker[];
}

export class FleetStage {
  readonly #lab: Lab;
  readonly #nats = new Map<string, Running>();
  readonly #nodes = new Map<string, Running>();
  /** What NATS servers have kept, for when they come back. */
  readonly #folders = new Map<string, string>();
  #members: Running | null = null;
  #asker: Running | null = null;
  readonly #answers = new Map<number, (reply: unknown) => void>();
  #postgres: Postgres | null = null;
  #store = '';
  #seen: Seen = { native: 0, talkers: [] };
  #owner: string | null = null;
  #marks = 0;
  #asked = 0;

  private constructor(lab: Lab) {
    this.#lab = lab;
  }

  static async build(): Promise<FleetStage> {
    const names = [...numbers.map((n) => `nats${n}`), ...numbers.map((n) => `node${n}`), 'store', 'members'];
    const sites = names.map((name): SiteSpec => ({ name, hosts: 1, boxes: [] }));
    return new FleetStage(await buildLab({ sites }));
  }

  /** The nodes by their names. */
  get nodes(): string[] {
    return numbers.map((n) => `node${n}`);
  }

  get talkers(): readonly Talker[] {
    return this.#seen.talkers;
  }

  get native(): number {
    return this.#seen.native;
  }

  async start(): Promise<void> {
    const { namespace } = this.#host('members');
    this.#asker = this.#lab.spawn(namespace, [process.execPath, '-e', asking], {
      onLine: (line) => {
        const { id, reply } = JSON.parse(line);
        this.#answers.get(id)?.(reply);
        this.#answers.delete(id);
      },
    });
    this.#postgres = await startPostgres({ durable: false, place: this.#host('store') });
    const store = this.#postgres.database();
    await Promise.all(numbers.map((n) => this.startNats(`nats${n}`)));
    this.#store = await store;
    await Promise.all(this.nodes.map((node) => this.startNode(node)));
    const urls = this.nodes.map((node) => this.#url(node));
    const argv = [process.execPath, members, adminToken, ...urls];
    this.#members = this.#lab.spawn(namespace, argv, {
      onLine: (line) => this.#read(line),
    });
  }

  async startNats(name: string): Promise<void> {
    const { namespace, address } = this.#host(name);
    const folder = this.#folders.get(name) ?? this.#lab.folder(name);
    this.#folders.set(name, folder);
    const routes = numbers.map((n) => `nats://${this.#host(`nats${n}`).address}:6222`);
    const file = join(folder, 'nats.conf');
    const cluster = { port: 6222, routes };
    const more = { http: `${address}:8222` };
    writeFileSync(file, natsConfig({ name, address, port: 4222, folder, token: busToken, cluster, more }));
    const running = this.#lab.spawn(namespace, ['nats-server', '-c', file]);
    this.#nats.set(name, running);
    await running.waitFor(/Server is ready/, 20_000);
  }

  /** It has caught up: only now may the next one go. */
  async natsIsWell(name: string): Promise<void> {
    const wellSchema = z.object({ status: z.literal('ok') });
    await until(async () => wellSchema.safeParse(await this.#monitor(name, '/healthz')).success);
  }

  async startNode(name: string): Promise<void> {
    const { namespace, address } = this.#host(name);
    const servers = numbers.map((n) => `nats://${this.#host(`nats${n}`).address}:4222`);
    const config = join(this.#lab.folder(name), 'serve.yaml');
    const bus = { servers, token: busToken };
    const stun = { enabled: false };
    // JSON is YAML.
    writeFileSync(config, JSON.stringify({ host: address, adminToken, store: this.#store, stun, bus }));
    const running = this.#lab.spawn(namespace, [process.execPath, builtCli, 'serve', '--config', config]);
    this.#nodes.set(name, running);
    await running.waitFor(/Dashboard/, 30_000);
    await until(async () => (await this.readyOf(name))?.status === 'ready');
  }

  /** SIGKILL to all of it. */
  async kill(name: string): Promise<void> {
    const running = this.#nodes.get(name) ?? this.#nats.get(name);
    if (running?.pid === undefined) throw new Error(`${name} does not run`);
    process.kill(-running.pid, 'SIGKILL');
    await running.ended;
  }

  /** No packet between the node and any NATS server, and nobody is told. */
  async cutOff(node: string, isCut: boolean): Promise<void> {
    for (const n of numbers) {
      const target = `${this.#host(`nats${n}`).address}/32`;
      const act = isCut ? 'add' : 'del';
      await must(this.#lab, this.#host(node).namespace, ['ip', 'route', act, 'blackhole', target]);
    }
  }

  async readyOf(node: string): Promise<{ status: string; bus: string } | null> {
    return (await this.ask(node, 'GET', '/readyz')) as { status: string; bus: string } | null;
  }

  /** Null: it does not answer. */
  ask(node: string, method: string, path: string, body: unknown = null): Promise<unknown> {
    return this.#ask(this.#url(node) + path, method, body);
  }

  /** Name of the NATS server that leads the stream with the rooms, as it says itself: others may not know yet. */
  async leader(): Promise<string> {
    let leader: string | null = null;
    await until(async () => {
      for (const name of numbers.map((n) => `nats${n}`)) {
        const { data } = leadersSchema.safeParse(await this.#monitor(name, '/jsz?streams=true'));
        const streams = data?.account_details.flatMap(({ stream_detail: details }) => details) ?? [];
        const rooms = streams.find((stream) => stream.name === 'POLYNYA_ROOMS');
        if (rooms?.cluster.leader === name) leader = name;
      }
      return leader !== null;
    });
    return leader ?? '';
  }

  /** Name of the node that has the room. */
  async owner(): Promise<string> {
    this.#owner = null;
    await until(async () => {
      this.#members?.write('owner\n');
      return this.#owner !== null;
    });
    const owner = this.nodes.find((node) => this.#url(node) === this.#owner);
    if (owner === undefined) throw new Error(`${this.#owner} is no node`);
    return owner;
  }

  /** Silences are counted from now on. */
  async mark(): Promise<void> {
    const before = this.#marks;
    this.#members?.write('mark\n');
    await until(async () => this.#marks > before);
  }

  hush(): void {
    this.#members?.write('quiet\n');
  }

  /** What each of them wrote last, and how the rooms and their ledger fare now. */
  async evidence(): Promise<string> {
    const all = [...this.#nodes, ...this.#nats, ['members', this.#members] as const];
    const logs = all.map(([name, running]) => `${name}:\n${running?.stderr().slice(-4_000)}`);
    const states = await Promise.all([
      ...this.nodes.map(async (node) => {
        const rooms = await this.ask(node, 'GET', '/api/rooms');
        const metrics = String(await this.ask(node, 'GET', '/metrics'));
        return [
          node,
          JSON.stringify(rooms),
          ...metrics.split('\n').filter((line) => /^polynya_rooms_/.test(line)),
        ];
      }),
      ...numbers.map(async (n) => [
        `nats${n}`,
        JSON.stringify(await this.#monitor(`nats${n}`, '/jsz?streams=true')),
      ]),
    ]);
    return [...logs, ...states.flat(), JSON.stringify(this.talkers)].join('\n');
  }

  async close(): Promise<void> {
    await this.#postgres?.stop();
    await this.#lab.close();
  }

  #monitor(nats: string, path: string): Promise<unknown> {
    return this.#ask(`http://${this.#host(nats).address}:8222${path}`, 'GET', null);
  }

  #ask(url: string, method: string, body: unknown): Promise<unknown> {
    const id = this.#asked;
    this.#asked += 1;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#asker?.write(`${JSON.stringify({ id, url, method, body })}\n`);
    });
  }

  #read(line: string): void {
    const said = JSON.parse(line);
    if ('owner' in said) this.#owner = said.owner;
    else if ('marked' in said) this.#marks += 1;
    else this.#seen = said;
  }

  #url(node: string): string {
    return `http://${this.#host(node).address}:7478`;
  }

  #host(name: string): Host {
    const [host] = this.#lab.topology.sites.find((site) => site.name === name)?.hosts ?? [];
    if (host === undefined) throw new Error(`no site ${name}`);
    return host;
  }
}

/** Of what the monitoring port of `nats-server` says. */
const leadersSchema = z.object({
  account_details: z.array(
    z.object({
      stream_detail: z.array(
        z.object({ name: z.string(), cluster: z.object({ leader: z.string().optional() }) }),
      ),
    }),
  ),
});

const lookMs = 50;
const patienceMs = 20_000;

/** @throws Error when it does not hold in time */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const endsMs = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > endsMs) throw new Error(`not within ${patienceMs} ms: ${holds}`);
    await setTimeout(lookMs);
  }
}
