/** The networks of a scenario in memory for one cell, and the steps of a timeline that change them. */

import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { Transport } from '../../stun/machine.ts';
import { serverAddressFor, serversIpv6 } from '../plan/ipv6.ts';
import type { SiteSpec } from '../plan/topology.ts';
import { LineGate } from '../sim/line-gate.ts';
import { NatBox } from '../sim/nat-box.ts';
import { ServerModel } from '../sim/relay-model.ts';
import { seededRandom } from '../sim/seeded-random.ts';
import type { SimHost } from '../sim/sim-host.ts';
import { SimNet } from '../sim/sim-net.ts';
import { addSite } from '../sim/site-network.ts';
import { usesProxy } from './agent-traits.ts';
import type { Cell, CompiledScenario, End } from './compile.ts';
import type { CallStep } from './compile-call.ts';
import type { Pair } from './sim-connection.ts';

const serverIpv4 = '11.78.1.10';
const [serverIpv6] = serversIpv6;

interface BuiltSite {
  readonly hosts: readonly SimHost[];
  readonly gate: LineGate;
}

export class SimWorld {
  readonly net: SimNet;
  readonly #compiled: CompiledScenario;
  readonly #seed: number;
  readonly #server: ServerModel;
  readonly #sites = new Map<number, BuiltSite>();
  /** Hosts that have left their site for another one, by the index of the old one. */
  readonly #moved = new Map<number, SimHost>();
  #steps = 0;

  /** @param seed of what is left to chance: loss, ephemeral ports */
  constructor(compiled: CompiledScenario, seed: number) {
    const { scenario, named } = compiled;
    this.#compiled = compiled;
    this.#seed = seed;
    this.#server = new ServerModel({ relays: scenario.server.turn });
    this.net = new SimNet({ seed, lossRate: scenario.lossRate });
    const addresses = [serverIpv4, ...(scenario.server.ipv6 ? [serverIpv6] : [])];
    const at = (isWanted: (transport: Transport) => boolean) =>
      named
        .filter(({ transport }) => isWanted(transport))
        .flatMap(({ port, transport }) =>
          addresses.map((address) => {
            const endpoint = { address, port };
            return [`${transport}${formatEndpoint(endpoint)}`, endpoint] as const;
          }),
        );
    this.net.attach(this.net.addHost({ addresses }), this.#server, {
      sockets: Object.fromEntries(at((transport) => transport === 'udp')),
      listen: Object.fromEntries(
        at((transport) => transport !== 'udp').map(([name, endpoint]) => [`${name}:`, endpoint]),
      ),
    });
  }

  /** The server's address as each end of a cell reaches it. */
  serverSeenFrom({ from, to }: Cell, port: number): Pair<Endpoint> {
    const ipv6 = this.#compiled.scenario.server.ipv6 ? serverIpv6 : null;
    const seen = ({ site }: End) => ({
      address: serverAddressFor(this.#specAt(site), { ipv4: serverIpv4, ipv6 }) ?? serverIpv4,
      port,
    });
    return [seen(from), seen(to)];
  }

  /** Where the end is now. */
  hostOf({ site, host }: End): SimHost {
    const found = this.#moved.get(site) ?? this.#siteAt(site).hosts[host];
    if (found === undefined) throw new Error(`site ${site} has no host ${host}`);
    return found;
  }

  /** Does a step to the networks or the server; nothing for those that concern the call alone. */
  perform({ step, site, to }: CallStep): void {
    this.#steps += 1;
    if (step.do === 'kill-server') this.#server.kill();
    if (step.do === 'restart-server') this.#server.restart();
    if (site === null) return;
    const { gate, hosts } = this.#siteAt(site);
    const nats = natsOf(hosts);
    if (step.do === 'block-udp') gate.lose({ up: 1, down: 1 });
    if (step.do === 'unblock-udp') gate.lose({ up: 0, down: 0 });
    if (step.do === 'loss') gate.lose(step);
    if (step.do === 'flush-conntrack') for (const nat of nats) nat.forget();
    if (step.do === 'change-wan-address') this.#renumber(nats);
    if (step.do === 'move' && to !== null) this.#move(site, to);
  }

  #siteAt(index: number): BuiltSite {
    const known = this.#sites.get(index);
    if (known !== undefined) return known;
    const gate = new LineGate(seededRandom(this.#seed + index));
    const spec = this.#specAt(index);
    const agent = this.#compiled.ends.find(({ site }) => site === index)?.agent;
    const hosts = addSite(this.net, spec, index, {
      outermost: [gate],
      usesProxy: agent !== undefined && usesProxy(agent),
      asksForPorts: agent !== undefined && 'kind' in agent && agent.kind === 'polynya',
      behindGateway: spec.vpn === undefined ? null : (this.#siteAt(spec.vpn.gateway).hosts[0] ?? null),
    });
    const built = { gate, hosts };
    this.#sites.set(index, built);
    return built;
  }

  #specAt(index: number): SiteSpec {
    const site = this.#compiled.sites[index];
    if (site === undefined) throw new Error(`there is no site ${index}`);
    return site.spec;
  }

  /** The outermost NAT; in the last octets that the addresses of a site leave free. */
  #renumber(nats: readonly NatBox[]): void {
    const nat = nats.findLast(({ firewallOnly }) => !firewallOnly);
    if (nat === undefined) return;
    const block = nat.addresses[0]?.replace(/\.\d+$/, '') ?? '';
    const first = 200 + ((this.#steps * nat.addresses.length) % 50);
    this.net.renumber(
      nat,
      nat.addresses.map((_, index) => `${block}.${first + index}`),
    );
  }

  #move(site: number, to: number): void {
    const [neighbour] = this.#siteAt(to).hosts;
    if (neighbour === undefined) return;
    const address = neighbour.addresses[0]?.replace(/\d+$/, String(90 + this.#steps)) ?? '';
    // A client that never had a router to ask does not begin to.
    const asks = this.#siteAt(site).hosts[0]?.portMapper !== null;
    const { nats, portMapper } = neighbour;
    const moved = { addresses: [address], nats, ...(asks && portMapper !== null && { portMapper }) };
    this.#moved.set(site, this.net.addHost(moved));
  }
}

function natsOf(hosts: readonly SimHost[]): NatBox[] {
  const boxes = new Set(hosts.flatMap(({ nats }) => nats));
  return [...boxes].filter((box): box is NatBox => box instanceof NatBox);
}
