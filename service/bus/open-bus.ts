/** The bus of a configuration. Nothing of NATS is loaded where there is none. */
import type { BusConfig } from '../../contract/bus.ts';
import type { Bus, OnBusProblem } from './bus.ts';
import { natsTarget } from './nats-target.ts';

/**
 * Connects in the background: a service without its bus is degraded, not dead.
 * Throws a `ServiceStartError` when the configuration is wrong.
 * @param onProblem the same one is told once in a row
 */
export async function openBus(config: BusConfig, onProblem: OnBusProblem): Promise<Bus> {
  const target = natsTarget(config);
  const { NatsBus } = await import('./nats-bus.ts');
  let told = '';
  return new NatsBus(target, (problem, cause) => {
    if (problem !== told) onProblem(problem, cause);
    told = problem;
  });
}
