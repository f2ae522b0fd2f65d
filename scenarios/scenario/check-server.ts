import type { Scenario } from '../../contract/scenario.ts';
import { ScenarioProblem } from './scenario-problem.ts';

/** Can the servers of a scenario do what is asked of them? @throws ScenarioProblem naming the first thing that they cannot */
export function checkServer({ server, sfu, sites, paths }: Scenario): void {
  const { kind, turn, config, faults, ipv6 } = server;
  const refuse = (key: keyof typeof server, why: string): never => {
    throw new ScenarioProblem(['server', key], why);
  };
  if (kind !== 'coturn' && config.length > 0) refuse('config', 'is for coturn');
  if (kind !== 'coturn' && !turn) refuse('turn', 'only coturn can be a STUN server alone');
  if (kind !== 'polynya' && faults !== undefined)
    refuse('faults', "is for Polynya's own server (kind: polynya)");
  if (!paths.includes('sfu') && sfu.kind !== 'embedded') {
    throw new ScenarioProblem(['sfu'], 'is for the path sfu, which is not tried');
  }
  const hasIpv6 = Object.values(sites).some((site) => site.ipv6 !== 'none');
  if (kind === 'ejabberd' && ipv6 && hasIpv6) refuse('kind', 'has IPv4 only here: say ipv6: false');
}
