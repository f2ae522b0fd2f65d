/** The lines of a hardened turnserver.conf, each with its reason. A table: what a line is for stands beside it. */
import {
  denialsOf,
  formatRange,
  parseCidr,
  platformV4,
  type SpecialRange,
  specialV4,
  specialV6,
} from '../lint/address.ts';
import { peerRangeOf } from '../lint/peer-range.ts';
import { isBefore } from '../lint/version.ts';
import { type ConfPlan, publicAddressesOf } from './conf-plan.ts';

export interface ConfRow {
  /** Written above the lines as a comment. */
  readonly why: string;
  /** Empty: not for this plan. */
  lines(plan: ConfPlan): readonly string[];
}

export interface ConfSection {
  readonly title: string;
  readonly rows: readonly ConfRow[];
}

function always(line: string): ConfRow['lines'] {
  return () => [line];
}

/** @param end first version that does not want the line any more */
function from(start: string, end: string | null, line: string): ConfRow['lines'] {
  return ({ version }) =>
    isBefore(version, start) || (end !== null && !isBefore(version, end)) ? [] : [line];
}

function hasV6({ addresses }: ConfPlan): boolean {
  return addresses.some((address) => address.includes(':'));
}

/** RFC 4291 section 2.5.4: all IPv6 addresses that are reached over the Internet today. */
const globalUnicast = '2000::/3';

function denied(cidr: string): string[] {
  const range = parseCidr(cidr);
  if (range === null) throw new TypeError(`not a CIDR range: ${cidr}`);
  return denialsOf(range).map((text) => `denied-peer-ip=${text}`);
}

function deniedAll(ranges: readonly SpecialRange[]): string[] {
  return ranges.flatMap(({ cidr }) => denied(cidr));
}

export const listeningPort = ({ purpose }: ConfPlan): number => (purpose === '443' ? 443 : 3478);

export const confSections: readonly ConfSection[] = [
  {
    title: 'Addresses and ports',
    rows: [
      {
        why: 'Named, so that clients never get the wildcard or an address of another network.',
        lines: ({ addresses }) =>
          addresses.flatMap((address) => [`listening-ip=${address}`, `relay-ip=${address}`]),
      },
      {
        why: 'What clients and peers send to. The plain form: PUBLIC/PRIVATE would allow the private one as a peer.',
        lines: ({ external }) => (external === null ? [] : [`external-ip=${external}`]),
      },
      {
        why: 'UDP and TCP.',
        lines: (plan) => [`listening-port=${listeningPort(plan)}`],
      },
      {
        why: 'TLS on the port that strict networks let out. Ports below 1024 need CAP_NET_BIND_SERVICE.',
        lines: always('tls-listening-port=443'),
      },
      {
        why: 'Relayed ports: open them for UDP in the firewall, both ways. Below them nothing else is in the way.',
        lines: () => ['min-port=49152', 'max-port=65535'],
      },
    ],
  },
  {
    title: 'TLS',
    rows: [
      {
        why: 'Readable by the user that coturn runs as; a renewal wants: systemctl kill -s USR2 coturn',
        lines: ({ certificate, key }) => [`cert=${certificate}`, `pkey=${key}`],
      },
      {
        why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996); from 4.7 they are off by default.',
        lines: ({ version }) => (isBefore(version, '4.7.0') ? ['no-tlsv1', 'no-tlsv1_1'] : []),
      },
      { why: 'Forward secrecy and AEAD only.', lines: always('cipher-list=ECDHE+AESGCM:ECDHE+CHACHA20') },
      {
        why: 'Up to 4.16 DTLS keeps state for forged sources before its cookie; from 4.17 it is off by default.',
        lines: from('4.5.0', '4.17.0', 'no-dtls'),
      },
    ],
  },
  {
    title: 'Who may use the relay',
    rows: [
      {
        why: 'Time-limited credentials: username EXPIRY:NAME, password base64(HMAC-SHA1(secret, username)).',
        lines: ({ secret }) => [
          'use-auth-secret',
          ...(secret === null ? [] : [`static-auth-secret=${secret}`]),
        ],
      },
      { why: 'Short: it is repeated in every 401.', lines: ({ realm }) => [`realm=${realm}`] },
      { why: 'A captured request is worth nothing after ten minutes.', lines: always('stale-nonce=600') },
      {
        why: 'A browser opens two to six allocations. max-bps counts bytes per second of one session.',
        lines: () => ['user-quota=12', 'total-quota=1200', 'max-bps=1500000'],
      },
      {
        why: 'Limits the 401 replies per source: nothing to reflect.',
        lines: from('4.14.0', null, 'unauthorized-ratelimit'),
      },
    ],
  },
  {
    title: 'Whom it may relay to',
    rows: [
      {
        why: 'The media servers, and nobody else. An allowed address wins over every denied range.',
        lines: ({ sfu }) =>
          sfu.flatMap((text) => {
            const range = peerRangeOf(text);
            return range === null ? [] : [`allowed-peer-ip=${formatRange(range)}`];
          }),
      },
      {
        why: 'Everything else is denied.',
        lines: (plan) => {
          if (plan.purpose !== 'sfu') return [];
          const v6 = hasV6(plan) ? [...denied(globalUnicast), ...deniedAll(specialV6)] : [];
          return [...denied('0.0.0.0/0'), ...v6];
        },
      },
      {
        why: 'Private, shared, loopback, metadata and other special ranges: the relay is no way into any inner network.',
        lines: (plan) => {
          if (plan.purpose === 'sfu') return [];
          return deniedAll([...specialV4, ...platformV4, ...(hasV6(plan) ? specialV6 : [])]);
        },
      },
      {
        why: 'Two clients of the relay meet at its own address, which coturn sees as the private one. Keep other services of this host behind its firewall.',
        lines: ({ purpose, external, addresses }) =>
          purpose === 'sfu' || external === null
            ? []
            : addresses.map((address) => `allowed-peer-ip=${address}`),
      },
      { why: 'Nor to groups.', lines: always('no-multicast-peers') },
      {
        why: 'WebRTC never relays TCP; it would be a port scanner for inner services.',
        lines: always('no-tcp-relay'),
      },
    ],
  },
  {
    title: 'Nothing to reflect, nothing to tell',
    rows: [
      {
        why: 'NAT discovery makes answers 66 times as large as requests with a forged source; from 4.7 it is off.',
        lines: from('4.6.0', '4.7.0', 'no-rfc5780'),
      },
      {
        why: 'No answers to requests of RFC 3489, which are four times their size; from 4.7 they are off.',
        lines: from('4.6.0', '4.7.0', 'no-stun-backward-compatibility'),
      },
      { why: 'Smaller answers.', lines: from('4.6.0', '4.7.0', 'response-origin-only-with-rfc5780') },
      {
        why: 'SOFTWARE names the version, and costs 24 bytes in each Data indication; from 4.7 it is off.',
        lines: from('4.5.0', '4.7.0', 'no-software-attribute'),
      },
      { why: 'Broken packets get no answer.', lines: from('4.8.0', null, 'drop-invalid-packets') },
      { why: 'Receivers tell STUN from media by it (RFC 8489 section 7).', lines: always('fingerprint') },
      { why: 'The telnet command line; from 4.10 it is off.', lines: from('4.5.0', '4.10.0', 'no-cli') },
      { why: 'To the journal.', lines: always('log-file=stdout') },
    ],
  },
];

/** URIs for clients, best first (RFC 7065). */
export function clientUris(plan: ConfPlan): string[] {
  const port = listeningPort(plan);
  return publicAddressesOf(plan).flatMap((address) => {
    const host = address.includes(':') ? `[${address}]` : address;
    return [
      `turn:${host}:${port}?transport=udp`,
      `turn:${host}:${port}?transport=tcp`,
      `turns:${host}:443?transport=tcp`,
    ];
  });
}
