/** The bus of a configuration. Nothing of NATS is loaded where there is none. */
import type { BusConfig } from '../../contract/bus.ts';
import type { Bus } from './bus.ts';
import { natsTarget } from './nats-target.ts';

/**
 * Connects in the background: a service without its bus is degraded, not dead.
 * Throws a `ServiceStartError` when the configuration is wrong.
 * @param onProblem for the log; the same one is told once in a row
 */
export async function openBus(config: BusConfig, onProblem: (problem: string) => void): Promise<Bus> {
  const target = natsTarget(config);
  const { NatsBus } = await import('./nats-bus.ts');
  let told = '';
  return new NatsBus(target, (problem) => {
    if (problem !== told) onProblem(problem);
    told = problem;
  });
}
