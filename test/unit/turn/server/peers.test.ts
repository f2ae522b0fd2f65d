/** Whom clients may reach: rows X01–X23 of the checklist. */
import { describe, expect, it } from 'vitest';
import { PeerPolicy, parseRange } from '../../../../turn/server/peer-policy.ts';
import {
  Client,
  relayAddress,
  relayAddress6,
  Stage,
  serverAddress,
  serverAddress6,
  settings,
  text,
} from './stage.ts';

const refused: readonly [string, readonly string[]][] = [
  ['X01 loopback', ['127.0.0.1', '127.0.0.2', '127.255.255.254']],
  ['X02 this host', ['0.0.0.0', '0.0.0.1', '0.1.2.3', '0.255.255.255']],
  [
    'X03 private',
    ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  ],
  ['X04 carrier-grade NAT', ['100.64.0.0', '100.100.100.200', '100.127.255.255']],
  ['X05 link-local and metadata', ['169.254.0.1', '169.254.169.254', '169.254.170.2']],
  [
    'X06 protocols, documentation, benchmarks',
    ['192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '203.0.113.77'],
  ],
  ['X07 multicast, reserved, broadcast', ['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255']],
  ['X08 metadata on a public address', ['168.63.129.16']],
  ['X09 this server', [serverAddress, relayAddress, serverAddress6, relayAddress6, '93.184.0.9']],
  ['X10 IPv6 loopback and unspecified', ['::1', '::']],
  [
    'X11 IPv4-mapped',
    ['::ffff:127.0.0.1', '::ffff:0.0.0.0', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8'],
  ],
  ['X12 IPv4-compatible', ['::2', '::7f00:1', '::a00:1']],
  ['X13 IPv4-translated', ['::ffff:0:a00:1', '::ffff:0:808:808']],
  ['X14 NAT64', ['64:ff9b::a00:1', '64:ff9b::808:808', '64:ff9b:1::1']],
  ['X15 6to4 and Teredo', ['2002:a00:1::', '2002:7f00:1::', '2001::1', '2001:0:ffff::']],
  ['X16 local IPv6', ['fe80::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'fd20:ce::254']],
  ['X17 IPv6 multicast', ['ff02::1', 'ff0e::1']],
  ['X18 IPv6 discard, documentation, segment routing', ['100::1', '2001:db8::1', '3fff::1', '5f00::1']],
];
const cases = refused.flatMap(([row, addresses]) => addresses.map((address) => [row, address] as const));

describe('refused by default', () => {
  const stage = new Stage({ ownAddresses: ['93.184.0.9'] });
  const client = new Client(stage);
  client.allocate([{ name: 'ADDITIONAL-ADDRESS-FAMILY', value: 'ipv6' }]);

  it.each(cases)('%s: %s, as a permission and as a channel', (_row, address) => {
    const peer = { address, port: 50_000 };
    expect(client.permit(peer)).toMatchObject({ code: 403, sealed: 'valid' });
    expect(client.bind(0x4000, peer).code).toBe(403);
    expect(
      stage.events.some((event) => event.kind === 'peer-refused' && event.peer.address === address),
    ).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '11.0.0.0',
    '172.32.0.0',
    '100.128.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00::1',
  ])('an ordinary address is not: %s', (address) => {
    expect(client.permit({ address, port: 50_000 }).code).toBe(0);
  });

  it('X23: ports below 1024 are refused for channels and Send; a permission has no port', () => {
    for (const port of [1, 53, 123, 389, 443, 1023]) {
      const peer = { address: '8.8.8.8', port };
      expect(client.bind(0x4001, peer).code).toBe(403);
      expect(client.permit(peer).code).toBe(0);
      expect(client.indicate(peer, new Uint8Array(4))).toEqual([]);
    }
    expect(client.bind(0x4001, { address: '8.8.8.8', port: 1024 }).code).toBe(0);
  });
});

describe('the operator’s rules', () => {
  const own = ['198.51.100.2'];
  const policy = (allow: string[], deny: string[]): PeerPolicy =>
    new PeerPolicy({ allow, deny, lowestPort: 1024 }, own);
  const allows = (rules: PeerPolicy, address: string): boolean => rules.refusal(address) === null;

  it('a range that names a refused one opens it, wider ones do not', () => {
    expect(allows(policy(['10.0.0.0/8'], []), '10.1.2.3')).toBe(true);
    expect(allows(policy(['10.1.0.0/16'], []), '10.1.2.3')).toBe(true);
    expect(allows(policy(['0.0.0.0/0', '::/0'], []), '10.1.2.3')).toBe(false);
    expect(allows(policy(['0.0.0.0/0', '::/0'], []), '::1')).toBe(false);
  });

  it('allowing an IPv4 range does not allow the IPv6 forms of it (X11–X15)', () => {
    const rules = policy(['10.0.0.0/8', '127.0.0.0/8'], []);
    for (const address of ['::ffff:10.0.0.1', '::10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '::1']) {
      expect(allows(rules, address)).toBe(false);
    }
  });

  it('X09: the server’s own address only by its full name', () => {
    expect(allows(policy(['198.51.100.0/24'], []), '198.51.100.2')).toBe(false);
    expect(allows(policy(['198.51.100.0/24'], []), '198.51.100.3')).toBe(true);
    expect(allows(policy(['198.51.100.2'], []), '198.51.100.2')).toBe(true);
  });

  it('X22: only the SFU, nobody else', () => {
    const rules = policy(['8.8.4.4'], ['0.0.0.0/0', '::/0']);
    expect(allows(rules, '8.8.4.4')).toBe(true);
    expect(allows(rules, '8.8.8.8')).toBe(false);
    expect(allows(rules, '2606:4700::1111')).toBe(false);
  });

  it('the narrowest range decides; of equals the one that refuses', () => {
    expect(allows(policy(['8.8.0.0/16'], ['8.8.8.0/24']), '8.8.8.8')).toBe(false);
    expect(allows(policy(['8.8.8.8'], ['8.8.8.0/24']), '8.8.8.8')).toBe(true);
    expect(allows(policy(['8.8.8.0/24'], ['8.8.8.0/24']), '8.8.8.8')).toBe(false);
  });

  it('X19: a range need not be aligned to be understood, because only CIDR is', () => {
    expect(parseRange('2001:db8::/129')).toBeNull();
    expect(parseRange('10.0.0.1-10.0.0.9')).toBeNull();
    expect(parseRange('example.org')).toBeNull();
    expect(parseRange('10.1.2.3/8')).toEqual(parseRange('10.0.0.0/8'));
  });

  it('a range that is none is an error at once, not an open door', () => {
    expect(() => policy([], ['10.0.0.0/33'])).toThrow(RangeError);
    const peers = { ...settings.peers, deny: ['10.0.0.1,10.0.0.2'] };
    expect(() => new Stage({ settings: { ...settings, peers } })).toThrow(RangeError);
  });

  it('the operator may refuse relayed addresses of this server as well', () => {
    const peers = { ...settings.peers, deny: [relayAddress] };
    const stage = new Stage({ settings: { ...settings, peers } });
    const other = new Client(stage, { at: { address: '93.184.216.35', port: 4 } });
    const relayed = other.relayed();
    const client = new Client(stage);
    client.relayed();
    expect(client.permit(relayed).code).toBe(403);
  });

  it('relayed addresses of sibling processes are peers over the network, the rest of the address is not', () => {
    const stage = new Stage({ siblingPorts: [{ first: 51_000, last: 51_999 }] });
    const client = new Client(stage);
    client.relayed();
    const sibling = { address: relayAddress, port: 51_500 };
    expect(client.permit(sibling).code).toBe(0);
    expect(client.bind(0x4000, sibling).code).toBe(0);
    expect(client.channelData(0x4000, text('hello'))).toMatchObject([{ to: sibling, bytes: text('hello') }]);
    const stranger = { ...sibling, port: 52_000 };
    expect(client.bind(0x4001, stranger).code).toBe(403);
    // The permission for the address is there already; it opens no other port.
    expect(client.indicate(stranger, text('hello'))).toEqual([]);
    const denied = { ...settings.peers, deny: [relayAddress] };
    stage.server.reconfigure({ ...settings, peers: denied });
    expect(client.permit(sibling).code).toBe(403);
  });
});
