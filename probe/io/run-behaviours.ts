/** Runs the tests that were asked for besides the discovery, side by side on real sockets. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import type { BehaviourPlan } from '../nat/behaviours.ts';
import { HairpinTest } from '../nat/hairpin.ts';
import { InboundRefreshTest } from '../nat/inbound-refresh.ts';
import { type LifetimeEvent, LifetimeTest } from '../nat/lifetime.ts';
import { PairTest } from '../nat/pair-test.ts';
import { runTest, type TestRunOptions } from './run-test.ts';

export interface BehaviourRunOptions extends TestRunOptions {
  readonly onWaiting: (event: Extract<LifetimeEvent, { kind: 'waiting' }>) => void;
}

export async function runBehaviours(plan: BehaviourPlan, options: BehaviourRunOptions): Promise<Evidence[]> {
  const { server, hairpin, pairs, idleTimesSec } = plan;
  const idle = (idleTimesSec: readonly number[]) => ({ server, idleTimesSec, random: randomBytes });
  const onLifetime = (event: LifetimeEvent) => {
    if (event.kind === 'waiting') options.onWaiting(event);
  };
  const runs = [
    ...(hairpin ? [runTest(new HairpinTest(server, randomBytes), options)] : []),
    ...(pairs === null ? [] : [runTest(new PairTest(pairs, randomBytes), options)]),
    ...(idleTimesSec === null ? [] : [runTest(new LifetimeTest(idle(idleTimesSec)), options, onLifetime)]),
    ...(idleTimesSec === null || idleTimesSec.length === 0
      ? []
      : [runTest(new InboundRefreshTest(idle(idleTimesSec)), options)]),
  ];
  return (await Promise.all(runs)).flat();
}
