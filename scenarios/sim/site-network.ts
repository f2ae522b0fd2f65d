/** The sites of a scenario as hosts and middleboxes in memory, from the same description as the kernel's. */

import { completeNat, type NatSpec } from '../plan/nat-spec.ts';
import type { BoxSpec, SiteSpec } from '../plan/topology.ts';
import { IsolationBox } from './isolation-box.ts';
import type { Middlebox } from './middlebox.ts';
import { NatBox } from './nat-box.ts';
import type { SimHost, SimHostOptions } from './sim-host.ts';
import type { SimNet } from './sim-net.ts';

/**
 * @param index number of the site; its addresses follow from it
 * @param outermost what else stands between the site and the public side
 */
export function addSite(
  net: SimNet,
  site: SiteSpec,
  index: number,
  outermost: readonly Middlebox[] = [],
): SimHost[] {
  const boxes = site.boxes.flatMap((box, level) => middleboxes(box, index, level));
  const shared = [...boxes, ...outermost];
  const translated = site.boxes.some(({ nat }) => nat !== null);
  const addresses = Array.from({ length: site.hosts }, (_, host) =>
    translated ? `192.168.${1 + index}.${2 + 4 * host}` : `11.78.${16 + index}.${130 + 4 * host}`,
  );
  return addresses.map((address) =>
    net.addHost({
      addresses: [address],
      nats: site.isolated
        ? [new IsolationBox(addresses.filter((other) => other !== address)), ...shared]
        : shared,
      ...policies(site),
      lossRate: { out: site.loss?.up ?? 0, in: site.loss?.down ?? 0 },
    }),
  );
}

/** A firewall filters what the hosts see: inside of the NAT in the same router. */
function middleboxes({ nat, firewall }: BoxSpec, site: number, level: number): Middlebox[] {
  const stateful =
    firewall?.kind === 'stateful'
      ? [
          new NatBox({
            mapping: 'endpoint-independent',
            filtering: firewall.filtering,
            addresses: [],
            firewallOnly: true,
            lifetimeMs: 1000 * (firewall.lifetimeSec ?? 30),
          }),
        ]
      : [];
  return nat === null ? stateful : [...stateful, natBox(nat, site, level)];
}

function natBox(nat: NatSpec, site: number, level: number): NatBox {
  const { poolSize, lifetimeSec, ...spec } = completeNat(nat);
  return new NatBox({
    ...spec,
    lifetimeMs: lifetimeSec * 1000,
    // A carrier's other customers take addresses in between, so what comes next is chance.
    poolPick: 'random',
    // Which realm an address is in follows from the chain of boxes, so no ranges are needed.
    addresses: Array.from({ length: poolSize }, (_, index) => `11.78.${16 + site}.${2 + level * 8 + index}`),
  });
}

function policies({ boxes }: SiteSpec): Pick<SimHostOptions, 'udp' | 'tcpPortsOut'> {
  const kinds = boxes.map(({ firewall }) => firewall?.kind);
  const only443 = kinds.includes('tcp-443-only');
  const blocked = only443 || kinds.includes('udp-blocked');
  return {
    udp: blocked ? 'blocked' : kinds.includes('udp-rejected') ? 'rejected' : 'open',
    ...(only443 ? { tcpPortsOut: [443] } : {}),
  };
}
