import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integer, objectId, time } from '../../../../service/tls/der.ts';
import { makeSelfSigned } from '../../../../service/tls/self-signed.ts';

const year = { notBefore: new Date('2049-06-01T00:00:00Z'), notAfter: new Date('2050-06-01T12:34:56Z') };

describe('a self-signed certificate', () => {
  const names = ['localhost', 'lab.example', '127.0.0.1', '192.0.2.7', '2001:db8::7'];
  const { key, cert } = makeSelfSigned({ names, ...year });
  const read = new X509Certificate(cert);

  it('is good for the names and addresses that were wanted, and for no other', () => {
    expect(names.filter((name) => read.checkHost(name) ?? read.checkIP(name))).toEqual(names);
    expect([read.checkHost('other.example'), read.checkIP('192.0.2.8')]).toEqual([undefined, undefined]);
  });

  it('is signed by its own key, whose other half belongs to it', () => {
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.publicKey.equals(createPublicKey(key))).toBe(true);
    const another = makeSelfSigned({ names, ...year });
    expect(read.verify(new X509Certificate(another.cert).publicKey)).toBe(false);
    expect(new X509Certificate(another.cert).serialNumber).not.toBe(read.serialNumber);
  });

  it('is a server’s, no authority’s, and lasts as long as it should', () => {
    expect({ ca: read.ca, usage: read.keyUsage }).toEqual({ ca: false, usage: ['1.3.6.1.5.5.7.3.1'] });
    expect([read.validFrom, read.validTo]).toEqual(['Jun  1 00:00:00 2049 GMT', 'Jun  1 12:34:56 2050 GMT']);
  });
});

describe('DER', () => {
  it.each([
    ['none', integer(Buffer.from([])), '020100'],
    ['leading zeros', integer(Buffer.from([0, 0, 1])), '020101'],
    ['a first bit of 1', integer(Buffer.from([0x80])), '02020080'],
    ['an object id (RFC 8017 App. C)', objectId('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
    ['a time before 2050', time(new Date('2026-11-21T13:05:00Z')), '170d3236313132313133303530305a'],
    ['a time after 2049', time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
  ])('%s', (_what, octets, hex) => {
    expect(octets.toString('hex')).toBe(hex);
  });
});
