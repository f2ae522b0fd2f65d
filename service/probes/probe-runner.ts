/** Probes from this host: one at a time, so that two do not disturb each other’s timing. */
import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { ProbeState } from '../../contract/api.ts';
import type { Envelope, NatReport } from '../../contract/envelope.ts';
import type { ProbeStep } from '../../contract/signal.ts';
import type { WitnessSource } from '../../probe/io/witness-source.ts';
import type { RunProbe } from '../deps.ts';
import { fault } from '../fault.ts';
import { sees } from '../projects/scope.ts';
import { probeTargets } from '../servers/probe-targets.ts';
import { embeddedId } from '../servers/server-list.ts';
import { settleWithin } from '../settle-within.ts';
import type { Reads } from '../store/projects-read.ts';
import type { LastTest, StoredServer } from '../store/store.ts';
import { scrub } from './scrub.ts';
import { longestProbeMs, type WantedTests } from './wanted-tests.ts';

/** How long a probe that was told to stop may take. */
const stopMs = 1_000;
/** Ended probes that `GET /api/probes/:id` still knows. */
const remembered = 50;

export interface ProbeRunnerOptions {
  readonly runProbe: RunProbe;
  /** Null: the embedded STUN server cannot be watched. */
  readonly openWitness: () => Promise<WitnessSource | null>;
  readonly now: () => Date;
  /** Stores the report; gives the run’s id. */
  readonly save: (report: Envelope, project: string) => Promise<string>;
  readonly onStep: (probe: string, step: ProbeStep, project: string) => void;
  readonly onEnd: (state: ProbeState, project: string) => void;
}

export class ProbeRunner {
  readonly #options: ProbeRunnerOptions;
  readonly #states = new Map<string, { readonly state: ProbeState; readonly project: string }>();
  readonly #tests = new Map<string, Promise<LastTest>>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: ProbeRunnerOptions) {
    this.#options = options;
  }

  /**
   * Returns as soon as it runs. Throws `probe-running` or `no-servers`.
   *
   *  log of the request that wants it
   */
  start(
    servers: readonly StoredServer[],
    tests: WantedTests,
    log: FastifyBaseLogger,
    project: string,
  ): ProbeState {
    if (this.#running !== null) throw fault('probe-running');
    const targets = probeTargets(servers);
    if (targets.length === 0) throw fault('no-servers');
    const state: ProbeState = {
      id: `p${randomBytes(9).toString('base64url')}`,
      state: 'running',
      startedAt: this.#options.now().toISOString(),
      run: null,
      error: null,
    };
    this.#remember(state, project);
    this.#running = this.#run(state, servers, tests, log, project).finally(() => {
      this.#running = null;
    });
    return state;
  }

  get(id: string, reads: Reads): ProbeState | null {
    const known = this.#states.get(id);
    return known !== undefined && sees(reads, known.project) ? known.state : null;
  }

  /** Probes one server. A second call while the first runs shares its result. */
  test(server: StoredServer, log: FastifyBaseLogger): Promise<LastTest> {
    const running = this.#tests.get(server.id);
    if (running !== undefined) return running;
    const test = this.#test(server, log).finally(() => this.#tests.delete(server.id));
    this.#tests.set(server.id, test);
    return test;
  }

  /** Stops what runs and waits for it, but not longer than {@link stopMs}. */
  async close(): Promise<void> {
    this.#stop.abort();
    const running = this.#running === null ? [] : [this.#running];
    await settleWithin([...running, ...this.#tests.values()], stopMs);
  }

  async #test(server: StoredServer, log: FastifyBaseLogger): Promise<LastTest> {
    try {
      const report = await this.#probe([server], {});
      return { at: this.#options.now().toISOString(), results: report.body.servers };
    } catch (error) {
      throw this.#faultOf(error, [server], log);
    }
  }

  async #run(
    state: ProbeState,
    servers: readonly StoredServer[],
    tests: WantedTests,
    log: FastifyBaseLogger,
    project: string,
  ): Promise<void> {
    let ended: ProbeState;
    try {
      const onStep = (step: ProbeStep) => this.#options.onStep(state.id, step, project);
      const report = await this.#probe(servers, tests, onStep);
      ended = { ...state, state: 'done', run: await this.#options.save(report, project) };
    } catch (error) {
      ended = { ...state, state: 'failed', error: this.#faultOf(error, servers, log).message };
    }
    this.#remember(ended, project);
    this.#options.onEnd(ended, project);
  }

  async #probe(
    servers: readonly StoredServer[],
    tests: WantedTests,
    onStep?: (step: ProbeStep) => void,
  ): Promise<NatReport> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(longestProbeMs(tests))]);
    const targets = probeTargets(servers);
    const isOwn = servers.some(({ id }) => id === embeddedId);
    const witness = isOwn ? await this.#options.openWitness() : null;
    return this.#options.runProbe({
      ...tests,
      targets,
      signal,
      ...(witness !== null && { witness }),
      ...(onStep !== undefined && { onStep }),
    });
  }

  /** A rejected probe is our own fault, or a stop; what it says is logged without the secrets that it was given. */
  #faultOf(error: unknown, servers: readonly StoredServer[], log: FastifyBaseLogger) {
    if (this.#stop.signal.aborted) return fault('cancelled');
    const secrets = servers.flatMap((server) => (server.credential === null ? [] : [server.credential]));
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ cause: scrub(text, secrets) }, 'a probe broke off');
    return fault('harness-fault', 'the probe broke off; the log says where');
  }

  #remember(state: ProbeState, project: string): void {
    this.#states.set(state.id, { state, project });
    for (const id of this.#states.keys()) {
      if (this.#states.size <= remembered) break;
      this.#states.delete(id);
    }
  }
}
