/**
 * TURN checks of listed servers from this host. The URLs of a server one after the other, so that they do not take
 * each other's quota; a few servers at a time.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Envelope } from '../../contract/envelope.ts';
import { failure } from '../../contract/failures.ts';
import type { TurnCheckState } from '../../contract/turn-checks.ts';
import type { ProbeTarget } from '../../probe/target.ts';
import type { RunTurnCheck } from '../deps.ts';
import { fault } from '../fault.ts';
import { scrub } from '../probes/scrub.ts';
import { sees } from '../projects/scope.ts';
import { turnTargets } from '../servers/probe-targets.ts';
import { settleWithin } from '../settle-within.ts';
import type { Reads } from '../store/projects-read.ts';
import type { StoredServer } from '../store/store.ts';

/** Servers under check at the same time. */
const mostAtOnce = 2;
/** One URL; the default checks take far less, even over a slow path. */
const longestUrlMs = 120_000;
/** Progress is told at most this often, and at every turn of events. */
const tellEveryMs = 250;
/** How long a check that was told to stop may take. */
const stopMs = 1_000;
/** Ended checks that `GET /api/turn-checks/:id` still knows. */
const remembered = 50;

export interface TurnCheckRunnerOptions {
  readonly runTurnCheck: RunTurnCheck;
  readonly now: () => Date;
  /** Stores the report; gives the run’s id. */
  readonly save: (report: Envelope, project: string) => Promise<string>;
  readonly onState: (state: TurnCheckState, project: string) => void;
  readonly onEnd: (state: TurnCheckState) => void;
}

interface Known {
  readonly state: TurnCheckState;
  readonly project: string;
}

export class TurnCheckRunner {
  readonly #options: TurnCheckRunnerOptions;
  /** By id, oldest first. */
  readonly #states = new Map<string, Known>();
  /** By server id. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: TurnCheckRunnerOptions) {
    this.#options = options;
  }

  /**
   * Returns as soon as it runs. Throws `check-running`, or `request-invalid` for a server without a TURN URL.
   *
   *  log of the request that wants it
   */
  start(server: StoredServer, log: FastifyBaseLogger, project: string): TurnCheckState {
    const targets = turnTargets(server);
    const [first] = targets;
    if (first === undefined) {
      throw fault('request-invalid', 'server: it has no turn: or turns: URL', 'server');
    }
    if (this.#running.has(server.id) || this.#running.size >= mostAtOnce) throw fault('check-running');
    const state: TurnCheckState = {
      id: `c${randomBytes(9).toString('base64url')}`,
      server: server.id,
      state: 'running',
      startedAt: this.#options.now().toISOString(),
      uri: first.uri.text,
      urisDone: 0,
      uris: targets.length,
      checksDone: 0,
      checks: 0,
      runs: [],
      problems: [],
    };
    this.#tell({ state, project });
    const done = this.#run({ state, project }, targets, log).finally(() => this.#running.delete(server.id));
    this.#running.set(server.id, done);
    return state;
  }

  get(id: string, reads: Reads): TurnCheckState | null {
    return this.#seen(reads).find((state) => state.id === id) ?? null;
  }

  latestOf(server: string, reads: Reads): TurnCheckState | null {
    return this.#seen(reads).findLast((state) => state.server === server) ?? null;
  }

  #seen(reads: Reads): TurnCheckState[] {
    return [...this.#states.values()].filter(({ project }) => sees(reads, project)).map(({ state }) => state);
  }

  /** Stops what runs and waits for it, but not longer than {@link stopMs}. */
  async close(): Promise<void> {
    this.#stop.abort();
    await settleWithin(this.#running.values(), stopMs);
  }

  async #run(
    { state: started, project }: Known,
    targets: readonly ProbeTarget[],
    log: FastifyBaseLogger,
  ): Promise<void> {
    let state = started;
    for (const target of targets) {
      state = { ...state, uri: target.uri.text, checksDone: 0 };
      this.#tell({ state, project });
      const { run, problem } = await this.#checkOne({ state, project }, target, log);
      state = {
        ...state,
        urisDone: state.urisDone + 1,
        runs: run === null ? state.runs : [...state.runs, run],
        problems: problem === null ? state.problems : [...state.problems, problem],
      };
    }
    state = { ...state, state: state.problems.length === 0 ? 'done' : 'failed' };
    this.#tell({ state, project });
    this.#options.onEnd(state);
  }

  async #checkOne(
    known: Known,
    target: ProbeTarget,
    log: FastifyBaseLogger,
  ): Promise<{ run: string | null; problem: string | null }> {
    const stopped = { run: null, problem: failure('cancelled').message };
    if (this.#stop.signal.aborted) return stopped;
    try {
      const result = await this.#options.runTurnCheck({
        target,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(longestUrlMs)]),
        onProgress: this.#progress(known),
      });
      if (this.#stop.signal.aborted) return stopped;
      if ('failure' in result) return { run: null, problem: result.failure.message };
      return { run: await this.#options.save(result.report, known.project), problem: null };
    } catch (error) {
      // A check that rejects is our own fault; what it says is logged without the secrets that it was given.
      const secrets = [target.credential, target.secret].filter((one) => one !== undefined);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ cause: scrub(text, secrets) }, 'a TURN check broke off');
      const { message } = failure('harness-fault', 'the check broke off; the log says where');
      return { run: null, problem: message };
    }
  }

  #progress({ state, project }: Known): (done: number, checks: number) => void {
    let toldMs = 0;
    return (checksDone, checks) => {
      const nowMs = this.#options.now().getTime();
      if (nowMs - toldMs < tellEveryMs) return;
      toldMs = nowMs;
      this.#tell({ state: { ...state, checksDone, checks }, project });
    };
  }

  #tell(known: Known): void {
    const { state, project } = known;
    this.#states.set(state.id, known);
    for (const id of this.#states.keys()) {
      if (this.#states.size <= remembered) break;
      this.#states.delete(id);
    }
    this.#options.onState(state, project);
  }
}
