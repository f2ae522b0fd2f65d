/** What was measured of a network → the routers that the simulator takes for it. What was not measured is unknown. */
import type { Behaviour, NatSummary } from '../../contract/nat-report.ts';
import type { UnknownWay } from '../../contract/population.ts';
import type { Dependence } from '../../scenarios/nat-behaviour.ts';

/** A box of a chain, as a population file writes it. */
export type WrittenBox =
  | { readonly nat: { readonly mapping: Dependence; readonly filtering: Dependence } }
  | { readonly firewall: { readonly kind: 'stateful'; readonly filtering: Dependence } }
  | { readonly firewall: { readonly kind: 'udp-blocked' | 'tcp-443-only' } };

/** A kind of network; its name stands for its chain. */
export interface Way {
  readonly name: string;
  readonly about: string;
  readonly behind: readonly WrittenBox[];
}

/** A try of a server over TCP or TLS: passed, silence, or null: it failed for a reason that is not the network's. */
export interface StreamTry {
  readonly port: number;
  readonly passed: boolean | null;
}

const short: Readonly<Record<Dependence, string>> = {
  'endpoint-independent': 'ei',
  'address-dependent': 'ad',
  'port-dependent': 'pd',
  'address-and-port-dependent': 'apd',
};

/** TURN over TLS where nothing but the web is let out. */
const webPort = 443;

export function wayOut(
  { udp, behindNat, mapping, filtering }: Pick<NatSummary, 'udp' | 'behindNat' | 'mapping' | 'filtering'>,
  streams: readonly StreamTry[],
): Way | UnknownWay {
  if (udp === 'blocked') return withoutUdp(streams);
  if (udp === 'inconclusive') return 'udp-undecided';
  if (!isDecided(filtering)) return 'filtering-undecided';
  if (behindNat === false) return withoutNat(filtering);
  if (!isDecided(mapping)) return 'mapping-undecided';
  // Browsers hide the address that would tell whether there is a NAT. Another mapping for another peer proves one; the same
  // mapping for all is also what a firewall without a NAT shows, and both meet others alike.
  return {
    name: `nat-${short[mapping]}-${short[filtering]}`,
    about: `mapping ${mapping}, filtering ${filtering}`,
    behind: [{ nat: { mapping, filtering } }],
  };
}

function isDecided(behaviour: Behaviour): behaviour is Dependence {
  return behaviour !== 'inconclusive';
}

function withoutNat(filtering: Dependence): Way {
  if (filtering === 'endpoint-independent')
    return { name: 'public', about: 'no NAT, and everything comes in', behind: [] };
  return {
    name: `firewall-${short[filtering]}`,
    about: `no NAT; a firewall whose filtering is ${filtering}`,
    behind: [{ firewall: { kind: 'stateful', filtering } }],
  };
}

/** Without UDP there is no mapping that matters; what TCP is let out decides about relays. */
function withoutUdp(streams: readonly StreamTry[]): Way | UnknownWay {
  const passed = (isWeb: boolean) => streams.some((each) => (each.port === webPort) === isWeb && each.passed);
  if (passed(false)) {
    const about = 'UDP is blocked; TCP passes to other ports than 443 too';
    return { name: 'udp-blocked', about, behind: [{ firewall: { kind: 'udp-blocked' } }] };
  }
  const isSilent = streams.some(({ port, passed: through }) => port !== webPort && through === false);
  if (!passed(true) || !isSilent) return 'tcp-undecided';
  const about = 'UDP is blocked; TCP passes to port 443, and to the other ports that were tried it does not';
  return { name: 'tcp-443-only', about, behind: [{ firewall: { kind: 'tcp-443-only' } }] };
}
