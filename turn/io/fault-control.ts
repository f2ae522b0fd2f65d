import { type FaultPlan, type FaultPlanInput, faultPlanSchema } from '../../contract/fault-rules.ts';
import { compilePlan } from '../faults/compile.ts';
import type { FaultEvent } from '../faults/fault-event.ts';
import { FaultyServer, type RuleTally } from '../faults/faulty-server.ts';
import type { RuleSet } from '../faults/rule.ts';
import type { ServerMachine } from '../server/server-machine.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import type { TurnServerOptions } from '../server/turn-server-options.ts';
import type { TurnServerHandle } from './turn-server.ts';

/** A plan that cannot be carried out; `path` leads to what is wrong. */
export class FaultPlanError extends Error {
  override readonly name = 'FaultPlanError';
  readonly path: readonly PropertyKey[];

  constructor(path: readonly PropertyKey[], problem: string) {
    super(path.length === 0 ? problem : `${path.map(String).join('.')}: ${problem}`);
    this.path = path;
  }
}

/** A fault with the time at which it was done, UTC in milliseconds, and its number. */
export interface LoggedFault extends FaultEvent {
  readonly number: number;
  readonly atEpochMs: number;
}

/** Entries of the log; older ones are forgotten. */
const maxLogged = 10_000;

const empty: FaultPlan = { seed: 1, profiles: [], faults: [] };

/** A profile by name, a list of faults, or a whole plan. */
export type Faults = string | FaultPlanInput | NonNullable<FaultPlanInput['faults']>;

/** The faults of one running server: which are in force, what they did, and how to change them. */
export class FaultControl {
  #plan: FaultPlan;
  #rules: RuleSet;
  #machine: FaultyServer | null = null;
  #server: TurnServerHandle | null = null;
  #log: LoggedFault[] = [];
  #logged = 0;

  /** Throws {@link FaultPlanError}. */
  constructor(faults: Faults) {
    const { plan, rules } = readFaults(faults);
    this.#plan = plan;
    this.#rules = rules;
  }

  /** What {@link TurnServerStart.machine} wants. */
  readonly machine = (options: TurnServerOptions): ServerMachine => {
    this.#machine = new FaultyServer(options, this.#rules);
    return this.#machine;
  };

  /** The server that runs the machine. The clock of the rules begins now. */
  attach(server: TurnServerHandle): void {
    this.#server = server;
    this.#install();
  }

  /** For every event of the server. */
  observe(event: TurnServerEvent): void {
    if (event.kind !== 'fault') return;
    this.#logged += 1;
    this.#log.push({ ...event, number: this.#logged, atEpochMs: Date.now() });
    if (this.#log.length > maxLogged) this.#log = this.#log.slice(-maxLogged / 2);
  }

  get plan(): FaultPlan {
    return this.#plan;
  }

  get tallies(): readonly RuleTally[] {
    return this.#machine?.tallies ?? [];
  }

  /** @param after number of the last entry that is known already */
  log(after = 0): readonly LoggedFault[] {
    return this.#log.filter(({ number }) => number > after);
  }

  /** Takes the place of all faults; counters and windows begin now. Throws {@link FaultPlanError}; then nothing changes. */
  set(faults: Faults): void {
    const { plan, rules } = readFaults(faults);
    this.#plan = plan;
    this.#rules = rules;
    this.#install();
  }

  clear(): void {
    this.set(empty);
  }

  #install(): void {
    this.#server?.apply((nowMs) => this.#machine?.setRules(nowMs, this.#rules) ?? []);
  }
}

function readFaults(faults: Faults): { plan: FaultPlan; rules: RuleSet } {
  const parsed = faultPlanSchema.safeParse(planInput(faults));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FaultPlanError(issue?.path ?? [], issue?.message ?? 'invalid');
  }
  const compiled = compilePlan(parsed.data);
  if (!compiled.ok) throw new FaultPlanError(compiled.path, compiled.problem);
  return { plan: parsed.data, rules: compiled.rules };
}

function planInput(faults: Faults): unknown {
  if (Array.isArray(faults)) return { faults };
  return typeof faults === 'string' ? { profiles: [faults] } : faults;
}
