/** The stage of the TURN server's tests with a server that misbehaves. */
import { type FaultPlanInput, faultPlanSchema } from '../../../../contract/fault-rules.ts';
import { compilePlan } from '../../../../turn/faults/compile.ts';
import type { FaultEvent } from '../../../../turn/faults/fault-event.ts';
import { FaultyServer } from '../../../../turn/faults/faulty-server.ts';
import { noRules, type RuleSet } from '../../../../turn/faults/rule.ts';
import type { TurnServerOptions } from '../../../../turn/server/turn-server-options.ts';
import { Stage, serverOptions } from '../server/stage.ts';

export function rulesOf(plan: FaultPlanInput): RuleSet {
  const compiled = compilePlan(faultPlanSchema.parse(plan));
  if (!compiled.ok) throw new Error(`${compiled.path.join('.')}: ${compiled.problem}`);
  return compiled.rules;
}

export class FaultyStage extends Stage {
  readonly faulty: FaultyServer;

  constructor(faults: NonNullable<FaultPlanInput['faults']> = [], more: Partial<TurnServerOptions> = {}) {
    const faulty = new FaultyServer(serverOptions(more), faults.length === 0 ? noRules : rulesOf({ faults }));
    super({}, faulty);
    this.faulty = faulty;
  }

  get faults(): FaultEvent[] {
    return this.events.filter((event) => event.kind === 'fault');
  }

  /** Other rules, from now on. */
  set(faults: NonNullable<FaultPlanInput['faults']>): void {
    this.take(this.faulty.setRules(this.nowMs, rulesOf({ faults })));
  }
}
