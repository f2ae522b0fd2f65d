/** The addresses of group X, by what they lead to. */
import type { Check } from '../check.ts';
import { type PeerRow, peerCheck } from './forbidden-peers.ts';

const v4: readonly PeerRow[] = [
  {
    id: 'X01',
    title: 'Loopback is out of reach',
    severity: 'critical',
    addresses: ['127.0.0.1', '127.255.255.254'],
    widenedBy: 'allow-loopback-peers',
    ranges: ['127.0.0.0/8'],
  },
  {
    id: 'X02',
    title: '0.0.0.0 and “this network” are out of reach',
    severity: 'critical',
    addresses: ['0.0.0.0', '0.0.0.1', '0.1.2.3'],
    ranges: ['0.0.0.0/8'],
  },
  {
    id: 'X03',
    title: 'Private networks are out of reach',
    severity: 'high',
    addresses: ['10.0.0.1', '10.255.255.254', '172.16.0.1', '172.31.255.254', '192.168.0.1'],
    ranges: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  },
  {
    id: 'X04',
    title: 'Carrier-grade NAT and what clouds put there are out of reach',
    severity: 'high',
    addresses: ['100.64.0.1', '100.100.100.200'],
    ranges: ['100.64.0.0/10'],
  },
  {
    id: 'X05',
    title: 'Link-local addresses and cloud metadata are out of reach',
    severity: 'critical',
    addresses: ['169.254.169.254', '169.254.170.2', '169.254.1.1'],
    ranges: ['169.254.0.0/16'],
  },
  {
    id: 'X06',
    title: 'Protocol, documentation and benchmark networks are out of reach',
    severity: 'medium',
    addresses: ['192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.51.100.1', '203.0.113.1'],
    ranges: [
      '192.0.0.0/24',
      '192.0.2.0/24',
      '192.88.99.0/24',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
    ],
  },
  {
    id: 'X07',
    title: 'Multicast, reserved and broadcast addresses are out of reach',
    severity: 'medium',
    addresses: ['224.0.0.1', '239.255.255.250', '255.255.255.255'],
    ranges: ['224.0.0.0/4', '240.0.0.0/4'],
  },
  {
    id: 'X08',
    title: 'The platform address of Azure is out of reach',
    severity: 'medium',
    addresses: ['168.63.129.16'],
    ranges: ['168.63.129.16/32'],
  },
];

const v6: readonly PeerRow[] = [
  {
    id: 'X10',
    title: 'IPv6 loopback and the unspecified address are out of reach',
    severity: 'critical',
    addresses: ['::1', '::'],
    // A line for :: alone would refuse every peer; coturn refuses that one by itself since 4.5.2.
    ranges: ['::1/128'],
  },
  {
    id: 'X11',
    title: 'IPv4 addresses written as ::ffff:a.b.c.d are out of reach',
    severity: 'critical',
    addresses: ['::ffff:127.0.0.1', '::ffff:0.0.0.0', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
    ranges: ['::ffff:0:0/96'],
  },
  {
    id: 'X12',
    title: 'IPv4-compatible IPv6 addresses are out of reach',
    severity: 'high',
    // In hex: parsers take ::127.0.0.1 for ::ffff:127.0.0.1.
    addresses: ['::7f00:1', '::a00:1', '::2'],
    ranges: ['::/96'],
  },
  {
    id: 'X13',
    title: 'IPv4-translated IPv6 addresses are out of reach',
    severity: 'high',
    addresses: ['::ffff:0:10.0.0.1'],
    ranges: ['::ffff:0:0:0/96'],
  },
  {
    id: 'X14',
    title: 'NAT64 addresses are out of reach',
    severity: 'high',
    addresses: ['64:ff9b::10.0.0.1', '64:ff9b:1::10.0.0.1'],
    ranges: ['64:ff9b::/96', '64:ff9b:1::/48'],
  },
  {
    id: 'X15',
    title: '6to4 and Teredo addresses are out of reach',
    severity: 'high',
    addresses: ['2002:a00:1::', '2002:7f00:1::', '2001:0:a00:1::'],
    ranges: ['2002::/16', '2001::/32'],
  },
  {
    id: 'X16',
    title: 'Link-local, site-local and unique local IPv6 addresses are out of reach',
    severity: 'high',
    addresses: ['fe80::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'fd20:ce::254'],
    ranges: ['fe80::/10', 'fec0::/10', 'fc00::/7'],
  },
  {
    id: 'X17',
    title: 'IPv6 multicast is out of reach',
    severity: 'medium',
    addresses: ['ff02::1', 'ff0e::1'],
    ranges: ['ff00::/8'],
  },
  {
    id: 'X18',
    title: 'Discard, documentation and segment-routing IPv6 networks are out of reach',
    severity: 'medium',
    addresses: ['100::1', '2001:db8::1', '3fff::1', '5f00::1'],
    ranges: ['100::/64', '2001:db8::/32', '3fff::/20', '5f00::/16'],
  },
];

export const forbiddenV4: readonly Check[] = v4.map(peerCheck);
export const forbiddenV6: readonly Check[] = v6.map(peerCheck);
