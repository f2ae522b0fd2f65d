/** The one sentence on top, and what to do next. A pure function of the verdicts. */

import type { Headline } from '../../contract/basics.ts';
import type { NatSummary, ServerResult, Verdict } from '../../contract/nat-report.ts';

import { pathScope } from './path-scope.ts';

const legacyWords: Record<NatSummary['legacy'], string> = {
  'open-internet': 'a public address without filtering',
  'symmetric-udp-firewall': 'a public address behind a firewall',
  'full-cone': 'a full cone NAT',
  'restricted-cone': 'an address-restricted NAT',
  'port-restricted-cone': 'a port-restricted NAT, as most home routers are',
  symmetric: 'a symmetric NAT',
  'udp-blocked': 'no UDP',
  inconclusive: 'a network that could not be named',
};

function isRelayUrl(url: string): boolean {
  return /^turns?:/i.test(url);
}

interface Relays {
  readonly working: readonly ServerResult[];
  readonly failed: readonly ServerResult[];
}

function relaysOf(servers: readonly ServerResult[]): Relays {
  const turn = servers.filter((server) => isRelayUrl(server.url));
  return {
    working: turn.filter((server) => server.status === 'ok'),
    failed: turn.filter((server) => server.status === 'failed'),
  };
}

function transportsOf(servers: readonly ServerResult[]): string {
  return [...new Set(servers.map((server) => server.transport.toUpperCase()))].join(', ');
}

/** One line per failed server, with its own next step. */
function serverAdvice(servers: readonly ServerResult[]): string[] {
  const seen = new Set<string>();
  return servers.flatMap(({ url, failure }) => {
    if (failure === undefined || seen.has(url + failure.code)) return [];
    seen.add(url + failure.code);
    return [`${url}: ${failure.message} ${failure.next}`.slice(0, 500)];
  });
}

export function natHeadline(
  nat: NatSummary,
  verdicts: readonly Verdict[],
  servers: readonly ServerResult[],
  localAddress: string | null,
): Headline {
  const relays = relaysOf(servers);
  const advice = serverAdvice(servers);
  const reasonOf = (name: string) => verdicts.find((v) => v.name === name)?.reason ?? '';
  const make = (
    status: Headline['status'],
    code: string,
    sentence: string,
    first: string[] = [],
  ): Headline => {
    return { status, code, sentence, advice: [...first, ...advice].slice(0, 20) };
  };

  if (servers.length > 0 && servers.every((s) => s.status !== 'ok') && nat.udp === 'inconclusive') {
    return make(
      'unknown',
      'nothing-answered',
      'None of the servers answered over any transport, so nothing can be said about this network.',
      ['Check that this host is online and that the servers run; then probe again.'],
    );
  }
  if (nat.udp === 'blocked') {
    if (relays.working.length > 0) {
      return make(
        'limited',
        'udp-blocked-relay-works',
        `UDP is blocked on this network; calls can still connect through the TURN relay over ${transportsOf(relays.working)}.`,
        ['Media over TCP suffers from loss: ask the network’s owner to allow UDP to the TURN server.'],
      );
    }
    return make(
      'bad',
      'udp-blocked',
      'UDP is blocked on this network, and no relay over TCP or TLS was found: calls will fail.',
      [
        'Configure TURN over TLS on port 443 (turns:HOST:443?transport=tcp), which most firewalls pass.',
        'Or ask the network’s owner to allow UDP to the STUN and TURN servers.',
      ],
    );
  }
  if (nat.udp === 'inconclusive') {
    return make('unknown', 'udp-not-tested', 'It could not be found out whether UDP works on this network.', [
      reasonOf('udp'),
    ]);
  }
  if (nat.mapping === 'inconclusive') {
    return make(
      'unknown',
      'mapping-inconclusive',
      `UDP works, but how the NAT maps addresses could not be determined: ${reasonOf('mapping')}.`,
      [
        'Probe with an RFC 5780 server (polynya serve, or coturn with two addresses), or name several STUN servers.',
      ],
    );
  }
  if (nat.mapping !== 'endpoint-independent') {
    const relay =
      relays.working.length > 0
        ? `; the TURN relay works over ${transportsOf(relays.working)}`
        : relays.failed.length > 0
          ? '; and no TURN server that was given works'
          : '';
    return make(
      relays.failed.length > 0 && relays.working.length === 0 ? 'bad' : 'limited',
      'dependent-mapping',
      `This network has ${legacyWords[nat.legacy]}: direct connections fail with many peers${relay}.`,
      relays.working.length > 0
        ? []
        : [
            'Give users of such networks a TURN server; without it their calls with home and mobile users fail.',
          ],
    );
  }
  const scope = pathScope(nat, localAddress);
  if (scope === 'machine') {
    return make(
      'unknown',
      'same-machine',
      'Everything works, but the servers are on this very machine: this says nothing about your NAT yet.',
      [
        'Probe a server on the other side of your router: run polynya serve --listen on a public host, or name your own STUN server.',
      ],
    );
  }
  const behind =
    scope === 'site'
      ? 'There is no NAT between this host and the servers, which are on the same site'
      : `This network has ${legacyWords[nat.legacy]}`;
  if (nat.filtering === 'inconclusive') {
    return make(
      'good',
      'filtering-inconclusive',
      `Direct connections should work with most peers: the mapping is endpoint-independent. Filtering is not known: ${reasonOf('filtering')}.`,
    );
  }
  if (relays.failed.length > 0 && relays.working.length === 0) {
    return make(
      'limited',
      'direct-only',
      `${behind}: direct connections work with most peers, but no TURN server works for the others.`,
    );
  }
  return make('good', 'direct-works', `${behind}: direct connections work with most peers.`);
}
