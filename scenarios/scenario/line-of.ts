import type { ScenarioSite } from '../../contract/scenario.ts';
import type { SiteSpec } from '../plan/topology.ts';
import { msOf } from './duration.ts';
import { ScenarioProblem } from './scenario-problem.ts';

/** Longer and agents have given up before their checks are answered. */
const longestMs = 1_000;
/** Less than a packet a second. */
const slowestKbit = 8;

/** @throws ScenarioProblem for what no attempt could be made over */
export function lineOf(
  { delay, jitter, rate }: Pick<ScenarioSite, 'delay' | 'jitter' | 'rate'>,
  path: readonly PropertyKey[],
): Pick<SiteSpec, 'line'> {
  if (delay === undefined && jitter === undefined && rate === undefined) return {};
  const timeOf = (key: 'delay' | 'jitter', text: string | undefined) => {
    const ms = text === undefined ? 0 : msOf(text);
    if (ms > longestMs) throw new ScenarioProblem([...path, key], `is ${longestMs / 1_000} s at most`);
    return ms;
  };
  const rateOf = (way: 'up' | 'down') => {
    const text = rate?.[way];
    if (text === undefined) return null;
    const kbit = Number.parseFloat(text) * (text.endsWith('mbit') ? 1_000 : 1);
    if (kbit < slowestKbit) {
      throw new ScenarioProblem([...path, 'rate', way], `is ${slowestKbit}kbit at least`);
    }
    return kbit;
  };
  const line = {
    delayMs: timeOf('delay', delay),
    jitterMs: timeOf('jitter', jitter),
    upKbit: rateOf('up'),
    downKbit: rateOf('down'),
  };
  return { line };
}
