/** A service and agents of it, as the processes that users run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';
import { z } from 'zod';
import { type OperationName, operations } from '../../contract/api.ts';
import type { JobView } from '../../contract/fleet/job.ts';
import type { Pace } from '../../service/agents/pace.ts';
import type { RunningService } from '../../service/server.ts';
import { builtCli } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';

type Reply<N extends OperationName> = z.output<(typeof operations)[N]['reply']>;
const eventSchema = z.looseObject({ event: z.string() });
type AgentEvent = z.infer<typeof eventSchema>;

export interface RunningAgent {
  readonly id: string;
  readonly events: readonly AgentEvent[];
  /** Resolves as soon as it has said that. */
  said(event: string): Promise<AgentEvent>;
  /** Resolves with its exit code; -1: a signal. */
  end(signal: NodeJS.Signals): Promise<number>;
}

/** So that an agent that was killed is noticed within the patience of a test. */
const quick: Pace = { statusMs: 1_000, leaseMs: 2_500, roundMs: 250 };

export class AgentStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'polynya-agents-'));
  readonly #children: ChildProcess[] = [];
  #service: RunningService | null = null;

  async open(config: Record<string, unknown>, pace: Partial<Pace> = {}): Promise<void> {
    const agentPace = { ...quick, ...pace };
    this.#service = await startQuietService({ stun: { enabled: false }, ...config }, { agentPace });
  }

  /** Its agents stay. */
  async stopService(): Promise<void> {
    await this.#service?.close();
    this.#service = null;
  }

  get url(): string {
    return this.#service?.url ?? '';
  }

  async call<N extends OperationName>(name: N, body?: unknown, id = ''): Promise<Reply<N>> {
    const { method, path, reply } = operations[name];
    const response = await fetch(new URL(path.replace(':id', id), this.url), {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return reply.parse(await response.json()) as Reply<N>;
  }

  /** The job when it has come to its end. */
  async done(job: Pick<JobView, 'id'>): Promise<JobView> {
    return vi.waitUntil(
      async () => {
        const view = await this.call('getJob', undefined, job.id);
        return view.endedAt === null ? false : view;
      },
      { timeout: 25_000, interval: 50 },
    );
  }

  async startAgent(
    name: string,
    region: string,
    more: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunningAgent> {
    const { token } = await this.call('createAgentToken', { label: name, region });
    const tokenFile = join(this.folder, `${name}.token`);
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const files = ['--enrol-token-file', tokenFile, '--key-file', join(this.folder, `${name}.json`)];
    return this.runAgent(['--name', name, ...files, ...more], env);
  }

  async runAgent(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunningAgent> {
    const child = spawn(process.execPath, [builtCli, 'agent', '--hub', this.url, '--json', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.#children.push(child);
    const events: AgentEvent[] = [];
    createInterface({ input: child.stdout }).on('line', (line) =>
      events.push(eventSchema.parse(JSON.parse(line))),
    );
    const ended = new Promise<number>((done) => child.once('close', (code) => done(code ?? -1)));
    const said = (event: string) =>
      vi.waitUntil(() => events.find((each) => each.event === event), { timeout: 25_000, interval: 20 });
    const connected = await said('connected');
    const { agents } = await this.call('listAgents');
    const id = agents.find((agent) => agent.name === connected['name'])?.id ?? '';
    return {
      id,
      events,
      said,
      end: (signal) => {
        child.kill(signal);
        return ended;
      },
    };
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.stopService();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
