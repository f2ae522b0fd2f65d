import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../contract/evidence.ts';
import type { NetworkFacts } from '../../../../contract/network-facts.ts';
import { classifyClat, classifyNat64 } from '../../../../probe/path/classify-nat64.ts';
import { embed, formatPrefix, isClatAddress, prefixesIn } from '../../../../probe/path/nat64-prefix.ts';

/** RFC 6052 §2.4, table 2: 192.0.2.33 behind prefixes of every length, spelt as RFC 5952 wants. */
const vectors = [
  ['2001:db8::/32', '2001:db8:c000:221::'],
  ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
  ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
  ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
  ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100:0'],
  ['2001:db8:122:344::/96', '2001:db8:122:344::c000:221'],
] as const;
/** The same prefixes with 192.0.0.170 or .171 in place of it, as a DNS64 answers for `ipv4only.arpa`. */
const answers = [
  '2001:db8:c000:aa::',
  '2001:db8:1c0:0:aa::',
  '2001:db8:122:c000:0:ab00::',
  '2001:db8:122:3c0:0:ab::',
  '2001:db8:122:344:c0:0:aa00::',
  '2001:db8:122:344::c000:aa',
];

describe('NAT64 prefixes', () => {
  it.each(vectors.map(([prefix, address], index) => [prefix, address, answers[index] ?? '']))(
    '%s puts 192.0.2.33 at %s',
    (prefix, address, answer) => {
      const [found, ...more] = prefixesIn([answer]);
      expect(more).toEqual([]);
      expect(found && formatPrefix(found)).toBe(prefix);
      expect(found && embed(found, '192.0.2.33')).toBe(address);
    },
  );

  it('knows the well-known prefix, and takes two answers for one', () => {
    const found = prefixesIn(['64:ff9b::c000:aa', '64:ff9b::c000:ab']);
    expect(found.map(formatPrefix)).toEqual(['64:ff9b::/96']);
  });

  it('finds none where the address stands nowhere, or in two places', () => {
    expect(prefixesIn(['2001:db8::1', '::1', 'no address', '192.0.0.170'])).toEqual([]);
    expect(prefixesIn(['2001:db8:c000:aa::c000:aa'])).toEqual([]);
  });

  it.each([
    ['192.0.0.0', true],
    ['192.0.0.4', true],
    ['192.0.0.7', true],
    ['192.0.0.8', false],
    ['192.0.1.1', false],
    ['fe80::1', false],
  ])('%s belongs to a CLAT: %s', (address, expected) => {
    expect(isClatAddress(address)).toBe(expected);
  });
});

const plain: NetworkFacts = { interfaces: [{ name: 'eth0', addresses: ['192.168.1.7'] }] };
const withDns = (addresses: string[], error: string | null = null) => ({
  ...plain,
  nat64: { addresses, error },
});
const through: Evidence = {
  id: 'nat64',
  purpose: 'nat64/bind/udp',
  transport: 'udp',
  local: { address: '2001:db8:16::2', port: 40_000 },
  to: { address: '64:ff9b::cb00:710a', port: 3478 },
  sentMs: [1],
  outcome: 'answered',
  from: { address: '64:ff9b::cb00:710a', port: 3478 },
  receivedMs: 20,
  rttMs: 19,
  xorMapped: { address: '198.51.100.1', port: 40_000 },
  mapped: null,
  responseOrigin: null,
  otherAddress: null,
  relayed: null,
  errorCode: null,
  notes: [],
};

describe('the verdicts on NAT64 and 464XLAT', () => {
  it('were not asked for without the question to the resolver', () => {
    expect(classifyNat64([], null)).toBeNull();
    expect(classifyNat64([], plain)).toBeNull();
    expect(classifyClat(plain)).toBeNull();
  });

  it('say no, and unknown, by what the resolver answered', () => {
    expect(classifyNat64([], withDns([]))).toMatchObject({ value: false, confidence: 0.95 });
    expect(classifyNat64([], withDns([], 'ETIMEOUT'))).toMatchObject({ value: null, confidence: 0 });
    expect(classifyNat64([], withDns(['2001:db8::1']))).toMatchObject({
      value: null,
      confidence: 0,
      reason: expect.stringContaining('holds no known address'),
    });
  });

  it('are sure once a server answered through the translator', () => {
    const network = withDns(['64:ff9b::c000:aa']);
    expect(classifyNat64([through], network)).toMatchObject({
      value: '64:ff9b::/96',
      confidence: 0.999,
      evidence: ['nat64'],
      reason: expect.stringContaining('saw 198.51.100.1:40000'),
    });
    const silent: Evidence = { ...through, outcome: 'silent', xorMapped: null };
    expect(classifyNat64([silent], network)).toMatchObject({
      confidence: 0.8,
      reason: expect.stringContaining('no server answered through it'),
    });
    // Whoever sees an IPv6 address was not asked through a translator to IPv4.
    const untranslated: Evidence = { ...through, xorMapped: { address: '2001:db8::7', port: 1 } };
    expect(classifyNat64([untranslated], network)?.confidence).toBe(0.8);
  });

  it('know a CLAT by its address', () => {
    expect(classifyClat(withDns([]))).toMatchObject({ value: false });
    const interfaces = [{ name: 'v4-rmnet0', addresses: ['192.0.0.4'] }];
    expect(classifyClat({ ...withDns([]), interfaces })).toMatchObject({
      value: true,
      reason: expect.stringContaining('v4-rmnet0 has 192.0.0.4'),
    });
  });
});
