/** What stands in the way besides the NAT: a VPN, an HTTP proxy, a captive portal. */
import type { Evidence } from '../../contract/evidence.ts';
import type { InterfaceFacts, NetworkFacts } from '../../contract/network-facts.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { Finding } from '../nat/finding.ts';
import { isClatAddress } from './nat64-prefix.ts';

/** Through which interface do the packets leave that the verdicts stand on? Null: not asked for. */
export function classifyVpn(network: NetworkFacts | null): Finding<boolean | null> | null {
  const source = network?.source;
  if (network === null || source === undefined) return null;
  const found = (value: boolean | null, confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: [] };
  };
  const way = network.interfaces.find(({ addresses }) => source !== null && addresses.includes(source));
  if (way === undefined) return found(null, 0, 'no interface has the address that packets leave from');
  const others = network.interfaces.filter((other) => other !== way && isTunnel(other));
  if (isTunnel(way)) {
    const surely = way.kind === 'tunnel';
    const reason = `packets to the servers leave through ${way.name} (${source}), a tunnel: the verdicts are about the network at its far end`;
    return found(true, surely ? 0.98 : 0.9, reason);
  }
  const beside =
    others.length === 0
      ? ''
      : `; tunnels beside it are not used: ${others.map(({ name }) => name).join(', ')}`;
  // A router may run the VPN for everybody behind it; that cannot be seen from here.
  return found(false, 0.8, `packets to the servers leave through ${way.name} (${source})${beside}`);
}

/** What VPN programs call their interfaces; PPP is left out, which DSL uses as well. */
const tunnelName = /^(utun|tun|tap|wg|tailscale|zt|ipsec|nordlynx|proton|cscotun|gpd|ovpn)\d*/;

function isTunnel({ name, addresses, kind }: InterfaceFacts): boolean {
  // A CLAT is a tunnel interface too, but part of the network and not of a VPN.
  if (addresses.some(isClatAddress)) return false;
  return kind === 'tunnel' || (kind === undefined && tunnelName.test(name));
}

export type ProxyVerdict = 'none' | 'works' | 'auth-required' | 'refuses' | 'unreachable' | 'unknown';

/** Does the proxy that the environment names lead to the servers? Null: not asked for. */
export function classifyProxy(
  all: readonly Evidence[],
  network: NetworkFacts | null,
): Finding<ProxyVerdict> | null {
  const proxies = network?.proxies;
  if (proxies === undefined) return null;
  const asked = all.filter((e) => e.purpose.startsWith('proxy/'));
  const found = (value: ProxyVerdict, confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: asked.map((e) => e.id) };
  };
  const named = proxies.map(({ variable, proxy }) => `${variable}=${proxy}`).join(', ');
  if (proxies.length === 0) {
    return found('none', 0.8, 'no HTTPS_PROXY, ALL_PROXY or HTTP_PROXY in the environment');
  }
  if (asked.length === 0) return found('unknown', 0, `${named}: not a proxy that could be tried`);
  const results = asked.map((e) => ({
    e,
    to: e.purpose.slice('proxy/'.length),
    status: e.http?.status ?? 0,
  }));
  const works = results.filter(({ status }) => status >= 200 && status < 300);
  if (works.length > 0) {
    const seen = works.map(({ e, to }) =>
      e.xorMapped === null ? to : `${to} (a STUN server there saw ${formatEndpoint(e.xorMapped)})`,
    );
    const missing = results.filter(({ status }) => status < 200 || status > 299).map(({ to }) => to);
    const not = missing.length === 0 ? '' : `; not to ${missing.join(', ')}`;
    return found('works', 0.98, `${named} leads to ${seen.join(', ')}${not}`);
  }
  if (results.some(({ status }) => status === 407)) {
    return found('auth-required', 0.98, `${named} asks for credentials (407)`);
  }
  const refused = results.filter(({ status }) => status > 0);
  if (refused.length > 0) {
    const how = refused.map(({ to, status }) => `${to}: ${status}`).join(', ');
    return found('refuses', 0.95, `${named} does not lead to ${how}`);
  }
  const [first] = asked;
  return found('unreachable', 0.9, `${named}: ${first?.notes[0] ?? 'no answer'}`);
}

/** Did something else answer in place of a page that is always empty? Null: not asked for. */
export function classifyPortal(all: readonly Evidence[]): Finding<boolean | null> | null {
  const asked = all.find((e) => e.purpose.startsWith('portal/'));
  if (asked === undefined) return null;
  const found = (value: boolean | null, confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: [asked.id] };
  };
  if (asked.http === undefined) {
    return found(null, 0, `the page did not answer (${asked.notes[0] ?? asked.outcome})`);
  }
  const { status, location } = asked.http;
  if (status === 204) return found(false, 0.99, 'the page answered itself, with 204');
  // RFC 6585 §6: 511 is what a network says that wants a login.
  if (status === 511) return found(true, 0.99, 'the network answered 511: it wants a login (RFC 6585)');
  if (status >= 300 && status < 400) {
    return found(true, 0.95, `the answer leads elsewhere (${status}, ${location ?? 'without a place'})`);
  }
  if (status === 200) return found(true, 0.9, 'another page came in place of an empty answer (200)');
  return found(null, 0, `the page answered ${status}, which is neither itself nor a portal`);
}
