import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, formatIpv4, isIpv4, writeIpv4 } from '../../../stun/address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '1.2.3.4 ',
    ':::',
    '1::2::3',
    '[::1]',
  ])('%s is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  it('agrees with the system on what is IPv4', () => {
    for (const text of [
      '1.2.3.4',
      '1.2.3',
      '1.2.3.04',
      '0x1.2.3.4',
      '1.2.3.4.',
      '.1.2.3.4',
      '300.1.1.1',
      '9.9.9.9',
    ])
      expect(isIpv4(text), text).toBe(net.isIPv4(text));
  });
});

describe('IPv4 text and numbers', () => {
  it('stay right when addresses push each other out of the remembered ones', () => {
    const bytes = new Uint8Array(4);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 5000; i++) {
        const octets = [i % 256, (i * 7) % 256, (i >> 8) % 256, (i * 13) % 256];
        const text = octets.join('.');
        expect(writeIpv4(text, bytes, 0)).toBe(true);
        expect([...bytes]).toEqual(octets);
        expect(formatIpv4(octets.reduce((number, octet) => number * 256 + octet, 0))).toBe(text);
      }
    }
  });

  it('a refused text is not remembered', () => {
    const bytes = new Uint8Array(4);
    for (const text of ['', '1', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4']) {
      expect(writeIpv4(text, bytes, 0)).toBe(false);
      expect(writeIpv4(text, bytes, 0)).toBe(false);
    }
  });
});
