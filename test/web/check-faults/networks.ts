/** The networks that visitors of the matrix are in. */
import type { NatSpec } from '../../../scenarios/plan/nat-spec.ts';
import type { SiteSpec } from '../../../scenarios/plan/topology.ts';

/** What most home routers do. */
const nat: NatSpec = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' };
const symmetric: NatSpec = {
  mapping: 'address-and-port-dependent',
  filtering: 'address-and-port-dependent',
  ports: 'random',
};
const behind = (firewall: SiteSpec['boxes'][number]['firewall']): SiteSpec['boxes'] => [{ nat, firewall }];

const sites = {
  home: { boxes: behind(null) },
  sym: { boxes: [{ nat: symmetric, firewall: null }] },
  noudp: { boxes: behind({ kind: 'udp-blocked' }) },
  rejects: { boxes: behind({ kind: 'udp-rejected' }) },
  only443: { boxes: behind({ kind: 'tcp-443-only' }) },
  carrier: { boxes: [...behind(null), ...behind(null)] },
  vpn: { boxes: [...behind(null), ...behind({ kind: 'udp-blocked' })] },
  lossy: { boxes: behind(null), loss: { up: 0.2, down: 0.2 } },
} as const satisfies Record<string, Omit<SiteSpec, 'name' | 'hosts'>>;

export type SiteName = keyof typeof sites;

export function siteSpec(name: SiteName): SiteSpec {
  return { name, hosts: 1, ...sites[name] };
}
