/** The first message of a DTLS 1.2 client, and what kind of answer came. Enough to see whether a cookie is asked for. */
import { writeUint16 } from '../../stun/bytes.ts';

const handshakeRecord = 22;
const clientHelloType = 1;
const serverHelloType = 2;
const helloVerifyRequestType = 3;
const dtls10 = [0xfe, 0xff] as const;
const dtls12 = [0xfe, 0xfd] as const;
/** ECDHE with AES-GCM, and the RSA suites that old servers have. */
const suites = [0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30, 0x00, 0x9c, 0x00, 0x2f] as const;
const extensions = [
  ...[0x00, 0x0a, 0x00, 0x06, 0x00, 0x04, 0x00, 0x1d, 0x00, 0x17], // supported_groups: x25519, secp256r1
  ...[0x00, 0x0b, 0x00, 0x02, 0x01, 0x00], // ec_point_formats: uncompressed
  ...[0x00, 0x0d, 0x00, 0x08, 0x00, 0x06, 0x04, 0x03, 0x04, 0x01, 0x08, 0x04], // signature_algorithms
] as const;

/** RFC 6347 s4.2.1–4.2.2: one record with one whole ClientHello, its cookie empty. `random`: 32 bytes. */
export function clientHello(random: Uint8Array): Uint8Array {
  const body = [
    ...dtls12,
    ...random,
    0, // session id
    0, // cookie
    ...[0, suites.length],
    ...suites,
    ...[1, 0], // compression: none
    ...[0, extensions.length],
    ...extensions,
  ];
  const length = [0, 0, body.length];
  const handshake = [clientHelloType, ...length, 0, 0, 0, 0, 0, ...length, ...body];
  const record = new Uint8Array(13 + handshake.length);
  record.set([handshakeRecord, ...dtls10]);
  writeUint16(record, 11, handshake.length);
  record.set(handshake, 13);
  return record;
}

export function dtlsAnswer(bytes: Uint8Array): 'verify' | 'server-hello' | null {
  if (bytes[0] !== handshakeRecord || bytes[1] !== 0xfe) return null;
  if (bytes[13] === helloVerifyRequestType) return 'verify';
  return bytes[13] === serverHelloType ? 'server-hello' : null;
}
