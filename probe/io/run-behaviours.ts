/** Runs the tests that were asked for besides the discovery, side by side on real sockets. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import { drive } from '../../stun/io/drive.ts';
import type { Machine } from '../../stun/machine.ts';
import type { BehaviourPlan } from '../nat/behaviours.ts';
import { type HairpinEvent, HairpinTest } from '../nat/hairpin.ts';
import { type LifetimeEvent, LifetimeTest } from '../nat/lifetime.ts';
import { PairTest, type PairTestEvent } from '../nat/pair-test.ts';
import { shiftEvidence } from '../report/shift-evidence.ts';

export type BehaviourEvent = HairpinEvent | LifetimeEvent | PairTestEvent;

export interface BehaviourRunOptions {
  readonly bindAddress: string | undefined;
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: BehaviourEvent) => void;
}

interface BehaviourTest<Event> extends Machine<Event> {
  readonly startedAtMs: number;
  evidence(): Evidence[];
}

export async function runBehaviours(plan: BehaviourPlan, options: BehaviourRunOptions): Promise<Evidence[]> {
  const { server, hairpin, pairs, idleTimesSec } = plan;
  const runs = [
    ...(hairpin ? [run(new HairpinTest(server, randomBytes), options)] : []),
    ...(pairs === null ? [] : [run(new PairTest(pairs, randomBytes), options)]),
    ...(idleTimesSec === null
      ? []
      : [run(new LifetimeTest({ server, idleTimesSec, random: randomBytes }), options)]),
  ];
  return (await Promise.all(runs)).flat();
}

async function run<Event extends BehaviourEvent>(
  machine: BehaviourTest<Event>,
  { bindAddress, originMs, signal, onEvent }: BehaviourRunOptions,
): Promise<Evidence[]> {
  try {
    await drive<Event>(machine, { bindAddress, signal, onEvent });
  } catch {
    // Aborted, or a fault of the driver: what was gathered so far is still evidence.
  }
  return shiftEvidence(machine.evidence(), machine.startedAtMs - originMs);
}
