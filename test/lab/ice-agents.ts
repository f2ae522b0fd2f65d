/**
 * Real ICE between namespaces: one warm node-datachannel agent in each, and a driver that carries their descriptions
 * and candidates. A pair has failed when both agents have given up on every candidate, never by a clock alone.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Transport } from '../../contract/basics.ts';
import type { Lab } from '../../scenarios/io/lab.ts';
import type { Endpoint } from '../../stun/endpoint.ts';

const script = fileURLToPath(new URL('./ice-agent.mjs', import.meta.url));

interface SelectedEnd {
  readonly address: string;
  readonly port: number;
  readonly type: string;
}

export interface PairResult {
  /**
   * connected: a message came back over the data channel · exhausted: every candidate was checked four times by both ·
   * dtls-failed: ICE connected and DTLS did not · deadline: none of these in time. The last two are no finding.
   */
  readonly outcome: 'connected' | 'exhausted' | 'dtls-failed' | 'deadline';
  readonly setupMs: number;
  /** As the offering end has it. */
  readonly selected: { readonly local: SelectedEnd; readonly remote: SelectedEnd } | null;
  /** Checks sent by both ends, per remote address. */
  readonly checks: readonly Readonly<Record<string, number>>[];
}

/** As `relay-end.mjs` takes it. */
export interface RelayServer extends Endpoint {
  readonly transport: Transport;
  readonly username: string;
  readonly password: string;
  readonly caFile: string | null;
}

/** A bound for agents that hang; checks are exhausted after 3.8 s where nothing answers. */
const deadlineMs = 15_000;

interface Report {
  readonly run?: number;
  readonly hello?: string;
  readonly closed?: true;
  readonly relayed?: Endpoint | null;
  readonly met?: boolean;
  readonly description?: unknown;
  readonly candidate?: unknown;
  readonly outcome?: PairResult['outcome'];
  readonly selected?: PairResult['selected'];
  readonly checks?: Readonly<Record<string, number>>;
}

export class IceAgents {
  readonly #server: Server;
  readonly #stun: string;
  readonly #links = new Map<string, Socket>();
  readonly #listeners = new Map<string, (report: Report) => void>();
  #runs = 0;

  private constructor(server: Server, stun: string) {
    this.#server = server;
    this.#stun = stun;
  }

  /**
   * @param namespaces of the lab, by the name that the agent in each shall have
   * @param stun `ADDRESS:PORT` of the server that the agents learn their public address from
   */
  static async start(lab: Lab, namespaces: ReadonlyMap<string, string>, stun: string): Promise<IceAgents> {
    const path = join(lab.folder('ice'), 'agents.sock');
    const server = createServer();
    const agents = new IceAgents(server, stun);
    const ready = agents.#greet(namespaces.size);
    server.listen(path);
    await once(server, 'listening');
    const running = [...namespaces].map(([name, namespace]) =>
      lab.spawn(namespace, [process.execPath, script, path, name]),
    );
    const died = running.map(async (agent) => {
      await agent.ended;
      throw new Error(`${agent.argv.join(' ')} ended\n${agent.stdout()}${agent.stderr()}`);
    });
    // After the start an agent that dies shows as a pair that reaches no outcome.
    for (const death of died) death.catch(() => undefined);
    await Promise.race([ready, ...died]);
    return agents;
  }

  #greet(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#server.on('connection', (socket) => {
        let name = '';
        socket.on('error', () => socket.destroy());
        createInterface({ input: socket }).on('line', (line) => {
          const report: Report = JSON.parse(line);
          if (report.hello === undefined) {
            this.#listeners.get(name)?.(report);
            return;
          }
          name = report.hello;
          this.#links.set(name, socket);
          if (this.#links.size === count) resolve();
        });
      });
    });
  }

  /** One attempt of `a`, which offers, and `b`; an agent is in one pair at a time. */
  async connect(a: string, b: string): Promise<PairResult> {
    this.#runs += 1;
    const run = this.#runs;
    const startedMs = performance.now();
    const said = await this.#attempt(run, a, b);
    const setupMs = performance.now() - startedMs;
    await Promise.all([a, b].map((name) => this.#ask(name, { close: true })));
    const fault = said.find((report) => report.outcome === 'dtls-failed');
    const connected = said.find((report) => report.outcome === 'connected');
    const exhausted = said.filter((report) => report.outcome === 'exhausted').length === 2;
    return {
      outcome: connected?.outcome ?? fault?.outcome ?? (exhausted ? 'exhausted' : 'deadline'),
      setupMs,
      selected: connected?.selected ?? null,
      checks: said.map((report) => report.checks ?? {}),
    };
  }

  #attempt(run: number, a: string, b: string): Promise<Report[]> {
    return new Promise((resolve) => {
      const said = new Map<string, Report>();
      const timer = setTimeout(() => resolve([...said.values()]), deadlineMs);
      const listen = (own: string, other: string) =>
        this.#listeners.set(own, (report) => {
          if (report.run !== run) return;
          const { description, candidate, outcome } = report;
          if (description !== undefined) this.#order(other, { run, description });
          if (candidate !== undefined) this.#order(other, { run, candidate });
          if (outcome === undefined) return;
          said.set(own, report);
          // "Connected" settles it; a failure is one only when the other end has given up as well.
          if (outcome === 'exhausted' && said.size < 2) return;
          clearTimeout(timer);
          resolve([...said.values()]);
        });
      listen(a, b);
      listen(b, a);
      this.#order(b, { run, open: { stun: this.#stun, offers: false } });
      this.#order(a, { run, open: { stun: this.#stun, offers: true } });
    });
  }

  /** An allocation at a TURN server, kept until the end; null where the server gave none. */
  async allocate(name: string, server: RelayServer): Promise<Endpoint | null> {
    const { relayed } = await this.#ask(name, { relay: server });
    return relayed ?? null;
  }

  /** Do both get an answer from the other, from relay to relay? */
  async meet(a: string, atA: Endpoint, b: string, atB: Endpoint): Promise<boolean> {
    const said = await Promise.all([this.#ask(a, { meet: atB }), this.#ask(b, { meet: atA })]);
    return said.every(({ met }) => met === true);
  }

  #ask(name: string, order: object): Promise<Report> {
    this.#runs += 1;
    const run = this.#runs;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({}), deadlineMs);
      this.#listeners.set(name, (report) => {
        if (report.run !== run) return;
        clearTimeout(timer);
        resolve(report);
      });
      this.#order(name, { run, ...order });
    });
  }

  #order(name: string, order: object): void {
    const link = this.#links.get(name);
    if (link === undefined) throw new Error(`there is no agent ${name}`);
    link.write(`${JSON.stringify(order)}\n`);
  }

  close(): void {
    for (const link of this.#links.values()) link.destroy();
    this.#server.close();
  }
}
