import type { Scenario } from '../../contract/scenario.ts';
import type { SiteSpec } from '../plan/topology.ts';
import { ScenarioProblem } from './scenario-problem.ts';

/**
 * The VPN of a site, with its gateway by number.
 * @param first number of the first site; the twins of a matrix have a VPN among themselves
 * @throws ScenarioProblem for a tunnel that could not be laid
 */
export function vpnOf({ sites }: Scenario, name: string, first: number): Pick<SiteSpec, 'vpn'> {
  const site = sites[name];
  if (site?.vpn === undefined) return {};
  const path = ['sites', name, 'vpn'];
  if (!site.ipv4 || site.ipv6 !== 'none') throw new ScenarioProblem(path, 'is for hosts with IPv4 only');
  const { gateway, split } = site.vpn;
  const refuse = (why: string): never => {
    throw new ScenarioProblem([...path, 'gateway'], why);
  };
  const other = sites[gateway];
  if (other === undefined) return refuse(`there is no site ${gateway}`);
  if (gateway === name) return refuse('is the site itself');
  if (other.vpn !== undefined) return refuse(`${gateway} has a VPN of its own`);
  if (!other.ipv4 || other.isolated) return refuse(`${gateway} needs hosts with IPv4 that reach each other`);
  // Where no NAT is, the addresses of tunnels would show outside.
  const [router, ...more] = other.behind;
  if (router?.nat === undefined || more.length > 0) return refuse(`${gateway} needs one router with a nat`);
  return { vpn: { gateway: first + Object.keys(sites).indexOf(gateway), split } };
}

/** Which host's way out is that of a site: with all of it in a tunnel, that of the gateway. */
export function wayOf(sites: readonly { readonly spec: SiteSpec }[], spec: SiteSpec): SiteSpec {
  if (spec.vpn === undefined || spec.vpn.split) return spec;
  return sites[spec.vpn.gateway]?.spec ?? spec;
}
