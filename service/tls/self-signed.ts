/** A certificate that nobody has signed but its own key, for a service on a LAN (RFC 5280). */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  bitString,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  time,
  truth,
  utf8,
} from './der.ts';

/** PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface SelfSignedOptions {
  /** DNS names and IP addresses that it is good for. */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const ids = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  /** RFC 5280 §4.2.1.12. */
  serverAuth: '1.3.6.1.5.5.7.3.1',
  /** RFC 5758 §3.2. */
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

export function makeSelfSigned({ names, notBefore, notAfter }: SelfSignedOptions): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const algorithm = sequence(objectId(ids.ecdsaWithSha256));
  const itself = sequence(set(sequence(objectId(ids.commonName), utf8('Polynya'))));
  // RFC 5280 §4.1, in the order of its fields: version 3, serial number, …
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    itself,
    sequence(time(notBefore), time(notAfter)),
    itself,
    publicKey,
    tagged(0xa3, sequence(...extensions(names))),
  );
  const signature = sign('sha256', toBeSigned, createPrivateKey(privateKey));
  return { key: privateKey, cert: pem(sequence(toBeSigned, algorithm, bitString(signature))) };
}

function extensions(names: readonly string[]): Buffer[] {
  const critical = truth();
  const extension = (id: string, value: Buffer, ...flags: readonly Buffer[]): Buffer =>
    sequence(objectId(id), ...flags, octetString(value));
  return [
    // No authority: who trusts this certificate trusts no other one for its sake.
    extension(ids.basicConstraints, sequence(), critical),
    // digitalSignature, the first bit (RFC 5280 §4.2.1.3).
    extension(ids.keyUsage, bitString(Buffer.from([0x80]), 7), critical),
    extension(ids.extendedKeyUsage, sequence(objectId(ids.serverAuth))),
    extension(ids.subjectAltName, sequence(...names.map(generalName))),
  ];
}

/** RFC 5280 §4.2.1.6: [2] a DNS name, [7] the octets of an address. */
function generalName(name: string): Buffer {
  return isIP(name) === 0
    ? tagged(0x82, Buffer.from(name, 'ascii'))
    : tagged(0x87, Buffer.from(ipaddr.parse(name).toByteArray()));
}

/** RFC 7468 §2. */
function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
