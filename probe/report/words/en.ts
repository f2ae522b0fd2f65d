import type { LegacyName } from '../../../contract/nat-report.ts';
import type { HeadlineFacts, Words } from './headline-words.ts';

const networks: Record<LegacyName, string> = {
  'open-internet': 'a public address without filtering',
  'symmetric-udp-firewall': 'a public address behind a firewall',
  'full-cone': 'a full cone NAT',
  'restricted-cone': 'an address-restricted NAT',
  'port-restricted-cone': 'a port-restricted NAT, as most home routers are',
  symmetric: 'a symmetric NAT',
  'udp-blocked': 'no UDP',
  inconclusive: 'a network that could not be named',
};

const behind = ({ onSite, network }: HeadlineFacts) =>
  onSite
    ? 'There is no NAT between this host and the servers, which are on the same site'
    : `This network has ${networks[network]}`;

const none = () => [];

export const en: Words = {
  headline: {
    'nothing-answered': {
      user: () =>
        'None of the servers answered over any transport, so nothing can be said about this network.',
      advice: () => ['Check that this host is online and that the servers run; then probe again.'],
      admin: 'Check that the firewall passes UDP and TCP 3478 and TCP 5349 or 443 to these servers.',
    },
    'udp-blocked-relay-works': {
      user: ({ relayTransports }) =>
        `UDP is blocked on this network; calls can still connect through the TURN relay over ${relayTransports}.`,
      advice: () => [
        'Media over TCP suffers from loss: ask the network’s owner to allow UDP to the TURN server.',
      ],
      admin: null,
    },
    'udp-blocked': {
      user: () => 'UDP is blocked on this network, and no relay over TCP or TLS was found: calls will fail.',
      advice: () => [
        'Configure TURN over TLS on port 443 (turns:HOST:443?transport=tcp), which most firewalls pass.',
        'Or ask the network’s owner to allow UDP to the STUN and TURN servers.',
      ],
      admin: null,
    },
    'udp-not-tested': {
      user: () => 'It could not be found out whether UDP works on this network.',
      advice: ({ reason }) => [reason],
      admin: null,
    },
    'mapping-inconclusive': {
      user: ({ reason }) => `UDP works, but how the NAT maps addresses could not be determined: ${reason}.`,
      advice: () => [
        'Probe with an RFC 5780 server (polynya serve, or coturn with two addresses), or name several STUN servers.',
      ],
      admin: null,
    },
    'dependent-mapping': {
      user: ({ network, relay, relayTransports }) => {
        const end = {
          works: `; the TURN relay works over ${relayTransports}`,
          fails: '; and no TURN server that was given works',
          none: '',
        }[relay];
        return `This network has ${networks[network]}: direct connections fail with many peers${end}.`;
      },
      advice: ({ relay }) =>
        relay === 'works'
          ? []
          : [
              'Give users of such networks a TURN server; without it their calls with home and mobile users fail.',
            ],
      admin: null,
    },
    'same-machine': {
      user: () =>
        'Everything works, but the servers are on this very machine: this says nothing about your NAT yet.',
      advice: () => [
        'Probe a server on the other side of your router: run polynya serve --listen on a public host, or name your own STUN server.',
      ],
      admin: null,
    },
    'filtering-inconclusive': {
      user: ({ reason }) =>
        `Direct connections should work with most peers: the mapping is endpoint-independent. Filtering is not known: ${reason}.`,
      advice: none,
      admin: null,
    },
    'direct-only': {
      user: (facts) =>
        `${behind(facts)}: direct connections work with most peers, but no TURN server works for the others.`,
      advice: none,
      admin:
        'Check the TURN servers, and that the firewall passes their ports: UDP and TCP 3478, TCP 5349 or 443.',
    },
    'direct-works': {
      user: (facts) => `${behind(facts)}: direct connections work with most peers.`,
      advice: none,
      admin: null,
    },
  },
  titles: { next: 'What to do next', admin: 'For the administrator' },
};
