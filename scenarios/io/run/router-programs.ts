/** What routers of a scenario need besides their rules: translators, proxies, and what opens TLS or ports. */
import { portMappingVariable } from '../../../contract/port-mapping.ts';
import { interceptorPort, proxyPort } from '../../plan/firewall-rules.ts';
import { nat64Prefix } from '../../plan/ipv6.ts';
import type { BoxSpec } from '../../plan/topology.ts';
import type { CompiledScenario } from '../../scenario/compile.ts';
import type { Lab } from '../lab.ts';
import { startMiniupnpd } from '../miniupnpd.ts';
import { startNat64 } from '../nat64.ts';
import type { LabProgram } from '../require-lab.ts';
import { startTinyproxy } from '../tinyproxy.ts';
import { startTlsInterceptor } from '../tls-interceptor.ts';
import { hostsWith } from './server-name.ts';

/** By the index of the site: what its clients find in their environment. */
export type SiteEnvironment = ReadonlyMap<number, Readonly<Record<string, string>>>;

export function programsOf({ sites }: CompiledScenario): LabProgram[] {
  const boxes = sites.flatMap(({ spec }) => spec.boxes);
  return [
    ...(boxes.some(({ nat64 }) => nat64) ? ['tayga' as const] : []),
    ...(boxes.some(({ portMapping }) => portMapping !== undefined) ? ['miniupnpd' as const] : []),
    ...(boxes.some(({ firewall }) => firewall?.kind === 'http-proxy') ? ['tinyproxy' as const] : []),
  ];
}

/** @throws Error naming what does not come up */
export async function startRouterPrograms(lab: Lab, { sites }: CompiledScenario): Promise<SiteEnvironment> {
  const environment = new Map<number, Record<string, string>>();
  const tell = (site: number, more: Record<string, string>) =>
    environment.set(site, { ...environment.get(site), ...more });
  for (const [site, { spec }] of sites.entries()) {
    for (const [index, box] of spec.boxes.entries()) {
      const namespace = lab.topology.sites[site]?.boxes[index]?.namespace;
      if (namespace === undefined) continue;
      await startPrograms(lab, namespace, box);
      if (box.portMapping !== undefined) {
        const inside = Array.from({ length: spec.hosts }, (_, host) => `lan${host}`);
        const over = box.portMapping;
        const means = { portControl: over.includes('pcp'), upnp: over.includes('upnp') };
        await startMiniupnpd(lab, { namespace, inside, ...means });
        tell(site, { [portMappingVariable]: over.join(',') });
      }
      if (box.firewall?.kind === 'http-proxy') {
        const proxy = `http://${innerAddressOf(lab, namespace)}:${proxyPort}`;
        tell(site, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
      }
    }
  }
  return environment;
}

async function startPrograms(lab: Lab, namespace: string, { nat64, firewall }: BoxSpec): Promise<void> {
  // By its name it is one of the router's inner devices, so that the NAT takes what comes out of it.
  if (nat64) await startNat64(lab, { namespace, prefix: nat64Prefix, device: 'lan64' });
  if (firewall?.kind === 'tls-intercepting') {
    await startTlsInterceptor(lab, { namespace, port: interceptorPort, plays: lab.serverAddresses[0] });
  }
  if (firewall?.kind === 'http-proxy') {
    const hosts = hostsWith(lab.serverAddresses[0]);
    await startTinyproxy(lab, { namespace, port: proxyPort, connectPort: 443, hosts });
  }
}

function innerAddressOf({ topology }: Lab, namespace: string): string {
  const addresses = topology.namespaces.find(({ name }) => name === namespace)?.addresses ?? [];
  const inner = addresses.find(({ device, cidr }) => device === 'lan0' && !cidr.includes(':'));
  return inner?.cidr.replace(/\/\d+$/, '') ?? '';
}
