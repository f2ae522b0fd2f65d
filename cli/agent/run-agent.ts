/** `polynya agent`: keeps the connection to the hub, does what it is asked for, and says so. */
import { platform, release } from 'node:os';
import { operations } from '../../contract/api.ts';
import type { Failure } from '../../contract/failures.ts';
import type { JobKind } from '../../contract/fleet/agent.ts';
import {
  agentProtocol,
  type HubMessage,
  type JobOutcome,
  type JobTry,
  type JobWork,
  type PairOrder,
} from '../../contract/fleet/agent-signal.ts';
import { toolVersion } from '../../contract/release.ts';
import { ClockFilter } from '../../service/agents/judge/clock-filter.ts';
import { CommandError } from '../command-error.ts';
import { exitCode } from '../exit-code.ts';
import { AgentJobs, type JobsEffect, type JobsInput, nameOf } from './agent-jobs.ts';
import { AgentVoice } from './agent-voice.ts';
import { doWork } from './do-work.ts';
import { HubConnection } from './hub-connection.ts';
import { type EnrolFlags, type Identity, identityOf, keepIdentity } from './identity.ts';
import { type OwnReach, reachOf, readReach } from './own-reach.ts';

export interface AgentFlags extends EnrolFlags {
  readonly slots: number;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly lab?: boolean;
  readonly json?: boolean;
}

type Welcome = Extract<HubMessage, { type: 'welcome' }>;

/** What a job that is under way can be reached by. */
interface Working {
  readonly abort: AbortController;
  /** pair: what came before the client was ready. */
  readonly said: PairOrder[];
  listener: ((said: PairOrder) => void) | null;
}

const tellMs = 15_000;
/** Until the hub has said how often. */
const firstStatusMs = 10_000;

export async function runAgent(flags: AgentFlags): Promise<number> {
  const reach = readReach(flags.allow, flags.deny);
  if (flags.lab && process.getuid?.() !== 0) {
    throw new CommandError('--lab builds networks of namespaces: it needs root.', null, exitCode.couldNotRun);
  }
  const identity = await identityOf(flags);
  return new Agent(flags, identity, reach).run();
}

class Agent {
  readonly #flags: AgentFlags;
  readonly #reach: ReturnType<typeof readReach>;
  readonly #voice: AgentVoice;
  readonly #jobs: AgentJobs;
  readonly #connection: HubConnection;
  readonly #working = new Map<string, Working>();
  readonly #filter = new ClockFilter();
  #identity: Identity;
  #welcome: Welcome | null = null;
  #statusTimer: NodeJS.Timeout | null = null;
  #dueTimer: NodeJS.Timeout | null = null;
  #finish: (code: number) => void = () => {};

  constructor(flags: AgentFlags, identity: Identity, reach: ReturnType<typeof readReach>) {
    this.#flags = flags;
    this.#identity = identity;
    this.#reach = reach;
    this.#voice = new AgentVoice(flags.json === true);
    this.#jobs = new AgentJobs(flags.slots, Math.random);
    this.#connection = new HubConnection({
      hub: flags.hub,
      key: () => this.#identity.key,
      onOpen: () => this.#greet(),
      onMessage: (message) => this.#hear(message),
      onClosed: (reason, againMs) => {
        this.#voice.say({ event: 'disconnected', reason, againMs: Math.round(againMs) });
        this.#feed({ kind: 'disconnected' });
      },
      onRefused: (cause) => this.#refused(cause),
    });
  }

  run(): Promise<number> {
    return new Promise((resolve) => {
      const stop = () => this.#stop();
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
      this.#finish = (code) => {
        process.removeListener('SIGTERM', stop);
        process.removeListener('SIGINT', stop);
        for (const timer of [this.#statusTimer, this.#dueTimer]) if (timer !== null) clearTimeout(timer);
        this.#connection.stop();
        this.#voice.end();
        resolve(code);
      };
      this.#connection.start();
    });
  }

  #stop(): void {
    if (this.#jobs.draining) {
      for (const { abort } of this.#working.values()) abort.abort();
      this.#finish(exitCode.ok);
      return;
    }
    this.#voice.say({ event: 'draining', running: this.#jobs.running.length });
    this.#feed({ kind: 'drain' });
  }

  #refused(cause: Failure): void {
    this.#voice.say({ event: 'refused', reason: cause.message, next: cause.next });
    for (const { abort } of this.#working.values()) abort.abort();
    this.#finish(exitCode.fellShort);
  }

  #greet(): void {
    const kinds: JobKind[] = ['probe', 'turn-check', 'pair', ...(this.#flags.lab ? (['lab'] as const) : [])];
    this.#connection.send({
      type: 'hello',
      protocol: agentProtocol,
      version: toolVersion,
      platform: `${platform()} ${release()}, Node ${process.versions.node}`,
      kinds,
      reach: this.#reach,
      ...this.#state(),
    });
  }

  #hear(message: HubMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#welcome = message;
        this.#voice.say({
          event: 'connected',
          hub: this.#flags.hub.origin,
          name: message.name,
          region: message.region,
        });
        this.#tellStatus();
        return;
      case 'time':
        this.#filter.add({ ...message, backAt: Date.now() });
        this.#voice.clock(this.#filter.skew);
        return;
      case 'job':
        this.#feed({ kind: 'job', which: tryOf(message), timeoutMs: message.timeoutMs, work: message.work });
        return;
      case 'cancel':
        this.#voice.say({ event: 'cancelled', ...tryOf(message), reason: message.reason });
        this.#feed({ kind: 'cancel', which: tryOf(message) });
        return;
      case 'pair': {
        const working = this.#working.get(nameOf(message));
        if (working?.listener != null) working.listener(message.said);
        else working?.said.push(message.said);
        return;
      }
      case 'key':
        this.#identity = { ...this.#identity, key: message.key };
        keepIdentity(this.#flags.keyFile, this.#identity);
        this.#connection.send({ type: 'key-kept' });
        this.#voice.say({ event: 'key-renewed' });
    }
  }

  #feed(input: JobsInput): void {
    for (const effect of this.#jobs.handle(performance.now(), input)) this.#carryOut(effect);
    if (this.#dueTimer !== null) clearTimeout(this.#dueTimer);
    const dueMs = this.#jobs.nextDeadlineMs();
    if (dueMs === null) return;
    this.#dueTimer = setTimeout(() => this.#feed({ kind: 'due' }), Math.max(0, dueMs - performance.now()));
  }

  #carryOut(effect: JobsEffect): void {
    switch (effect.kind) {
      case 'start':
        void this.#work(effect.which, effect.work);
        return;
      case 'stop':
        this.#working.get(nameOf(effect.which))?.abort.abort();
        return;
      case 'tell':
        void this.#tellResult(effect.which, effect.outcome);
        return;
      case 'refuse':
        this.#connection.send({ type: 'refused', ...effect.which });
        return;
      case 'changed':
        this.#voice.running(this.#jobs.running.length, this.#flags.slots);
        this.#tellStatus();
        return;
      case 'drained':
        this.#voice.say({ event: 'drained' });
        this.#finish(exitCode.ok);
    }
  }

  async #work(which: JobTry, work: JobWork): Promise<void> {
    const working: Working = { abort: new AbortController(), said: [], listener: null };
    this.#working.set(nameOf(which), working);
    this.#voice.say({ event: 'began', ...which, kind: work.kind });
    const startMs = performance.now();
    const outcome = await doWork(work, {
      which,
      reach: this.#reachNow(),
      signal: working.abort.signal,
      name: this.#welcome?.name ?? '',
      region: this.#welcome?.region ?? '',
      onStep: (step) => {
        this.#voice.step(step.message);
        this.#connection.send({
          type: 'progress',
          ...which,
          step: { ...step, message: step.message.slice(0, 300) },
        });
      },
      talk: {
        say: (news) => void this.#connection.send({ type: 'pair', ...which, news }),
        listen: (listener) => {
          working.listener = listener;
          for (const said of working.said.splice(0)) listener(said);
        },
      },
    });
    this.#working.delete(nameOf(which));
    const ms = Math.round(performance.now() - startMs);
    this.#voice.say({
      event: 'ended',
      ...which,
      kind: work.kind,
      ms,
      ...(outcome.ok ? {} : { failure: outcome.failure.code }),
    });
    this.#feed({ kind: 'ended', which, outcome });
  }

  async #tellResult(which: JobTry, outcome: JobOutcome): Promise<void> {
    const { path, method, reply } = operations.agentResult;
    try {
      const response = await fetch(new URL(path, this.#flags.hub), {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#identity.key}` },
        body: JSON.stringify({ ...which, outcome }),
        signal: AbortSignal.timeout(tellMs),
      });
      // A result that is refused as it stands is refused the next time too.
      const isFinal = response.status >= 400 && response.status < 500 && response.status !== 429;
      if (!response.ok && !isFinal) throw new Error(`HTTP ${response.status}`);
      const kept = response.ok && reply.parse(await response.json()).kept;
      if (!kept)
        this.#voice.say({
          event: 'not-kept',
          ...which,
          reason: response.ok ? 'over' : `HTTP ${response.status}`,
        });
      this.#feed({ kind: 'told', which });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#voice.say({ event: 'not-told', ...which, reason });
      this.#feed({ kind: 'not-told', which });
    }
  }

  #tellStatus(): void {
    if (this.#statusTimer !== null) clearTimeout(this.#statusTimer);
    this.#statusTimer = setTimeout(() => this.#tellStatus(), this.#welcome?.statusMs ?? firstStatusMs);
    if (this.#welcome === null) return;
    this.#connection.send({ type: 'status', clock: this.#filter.skew, sentAt: Date.now(), ...this.#state() });
  }

  #state() {
    return { slots: this.#flags.slots, draining: this.#jobs.draining, running: [...this.#jobs.running] };
  }

  #reachNow(): OwnReach {
    return reachOf(this.#reach, this.#welcome?.deny ?? []);
  }
}

function tryOf({ job, try: number }: JobTry): JobTry {
  return { job, try: number };
}
