/** What a hostile or broken server may put on the wire instead of its answer. One row per class. */
import type { SeededRandom } from '../../scenarios/sim/seeded-random.ts';
import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { sealMessage } from '../../stun/integrity.ts';
import { encodeMessage, type StunMessage } from '../../stun/message.ts';
import type { Corner } from '../../turn/server/corners.ts';

export interface Reply {
  readonly bytes: Uint8Array;
  /** Default: as an honest server would. */
  readonly from?: Corner;
  readonly afterMs?: number;
}

/** The honest answer, the client as the server sees it, and dice. */
export interface Situation {
  readonly message: StunMessage;
  readonly bytes: Uint8Array;
  readonly client: Endpoint;
  readonly random: SeededRandom;
}

export type HostileReply = (situation: Situation) => Reply[];

const patched = (bytes: Uint8Array, at: number, ...values: readonly number[]) => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};
const withBytes = (change: (bytes: Uint8Array, random: SeededRandom) => Uint8Array): HostileReply => {
  return ({ bytes, random }) => [{ bytes: change(bytes, random) }];
};
const withMessage = (change: (message: StunMessage, situation: Situation) => StunMessage): HostileReply => {
  return (situation) => [{ bytes: encodeMessage(change(situation.message, situation)) }];
};
const withAttributes = (change: (attributes: readonly Attribute[], situation: Situation) => Attribute[]) =>
  withMessage((message, situation) => ({ ...message, attributes: change(message.attributes, situation) }));
const error = (code: number, ...more: readonly Attribute[]) =>
  withMessage((message) => ({
    ...message,
    class: 'error',
    attributes: [{ name: 'ERROR-CODE', value: { code, reason: 'x'.repeat(code % 100) } }, ...more],
  }));
const mappedTo = (endpointOf: (situation: Situation) => Endpoint) =>
  withAttributes((attributes, situation) =>
    attributes.map((a) =>
      a.name === 'XOR-MAPPED-ADDRESS' ? { name: 'XOR-MAPPED-ADDRESS', value: endpointOf(situation) } : a,
    ),
  );
const announcing = (other: (situation: Situation) => Endpoint) =>
  withAttributes((attributes, situation) =>
    attributes.map((a) =>
      a.name === 'OTHER-ADDRESS' ? { name: 'OTHER-ADDRESS', value: other(situation) } : a,
    ),
  );
const raw = (type: number, length: number, ...value: readonly number[]) =>
  Uint8Array.of(type >> 8, type & 0xff, length >> 8, length & 0xff, ...value);
const appended = (bytes: Uint8Array, tail: Uint8Array) => {
  const longer = new Uint8Array(bytes.length + tail.length);
  longer.set(bytes);
  longer.set(tail, bytes.length);
  const length = longer.length - 20;
  return patched(longer, 2, length >> 8, length & 0xff);
};

/** Bytes that are no answer at all, broken answers, and honest ones where or when they do not belong. */
export const brokenReplies = {
  silent: () => [],
  empty: withBytes(() => new Uint8Array()),
  'wrong-id': withBytes((bytes) =>
    patched(bytes, 8, ...[...bytes.subarray(8, 20)].map((byte) => byte ^ 0xff)),
  ),
  'wrong-cookie': withBytes((bytes) => patched(bytes, 4, 0xde, 0xad, 0xbe, 0xef)),
  truncated: withBytes((bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length))),
  'length-too-long': withBytes((bytes) => patched(bytes, 2, 0xff, 0xfc)),
  'length-too-short': withBytes((bytes) => patched(bytes, 2, 0, 4)),
  'length-not-by-four': withBytes((bytes) => patched(bytes, 3, (bytes[3] ?? 0) + 1)),
  'attribute-beyond-end': withBytes((bytes) => patched(bytes, 22, 0x7f, 0xff)),
  'attribute-too-short': withBytes((bytes) => patched(bytes, 22, 0, 3)),
  'leading-ones': withBytes((bytes) => patched(bytes, 0, 0xc1)),
  'trailing-junk': withBytes((bytes) => appended(bytes, raw(0x0000, 0xffff)).slice(0, bytes.length + 3)),
  'unknown-required': withBytes((bytes) => appended(bytes, raw(0x7abc, 4, 1, 2, 3, 4))),
  'unknown-optional': withBytes((bytes) => appended(bytes, raw(0xffee, 4, 1, 2, 3, 4))),
  'wrong-fingerprint': withBytes((bytes) => appended(bytes, raw(0x8028, 4, 1, 2, 3, 4))),
  'right-fingerprint': ({ message }) => [{ bytes: sealMessage(message, { fingerprint: true }) }],
  'no-address': withAttributes((attributes) => attributes.filter((a) => a.name !== 'XOR-MAPPED-ADDRESS')),
  'no-attributes': withAttributes(() => []),
  indication: withMessage((message) => ({ ...message, class: 'indication' })),
  'request-echoed': withMessage((message) => ({ ...message, class: 'request', attributes: [] })),
  'other-method': withMessage((message) => ({ ...message, method: 0x003 })),
  'error-without-code': withMessage((message) => ({ ...message, class: 'error', attributes: [] })),
  'error-300': error(300, { name: 'ALTERNATE-SERVER', value: { address: '127.0.0.1', port: 53 } }),
  'error-400': error(400),
  'error-420': error(420, { name: 'UNKNOWN-ATTRIBUTES', value: [0x0003, 0x7fff, 0xffff] }),
  'error-438': error(438, { name: 'NONCE', value: '\u0000'.repeat(200) }),
  'error-500': error(500),
  'error-699': error(699),
  'success-with-error-code': withAttributes((attributes) => [
    ...attributes,
    { name: 'ERROR-CODE', value: { code: 401, reason: '' } },
  ]),
  hundredfold: ({ bytes }) => Array.from({ length: 100 }, () => ({ bytes })),
  'sixty-four-kilobytes': withBytes((bytes) => {
    const software = new Uint8Array(4 + 65_000);
    software.set(raw(0x8022, 65_000));
    return appended(bytes, software);
  }),
  'many-attributes': withBytes((bytes) =>
    Array.from({ length: 500 }).reduce<Uint8Array>((all) => appended(all, raw(0x8022, 0)), bytes),
  ),
  'other-is-loopback': announcing(() => ({ address: '127.0.0.1', port: 3479 })),
  'other-is-multicast': announcing(() => ({ address: '224.0.0.251', port: 5353 })),
  'other-is-broadcast': announcing(() => ({ address: '255.255.255.255', port: 3479 })),
  'other-is-client': announcing(({ client }) => client),
  'other-is-port-zero': announcing(() => ({ address: '203.0.113.11', port: 0 })),
  'other-is-victim': announcing(() => ({ address: '192.0.2.7', port: 80 })),
  'delayed-duplicate': ({ bytes }) => [{ bytes }, { bytes, afterMs: 700 }],
  'delayed-only': ({ bytes }) => [{ bytes, afterMs: 400 }],
  'from-other-port': ({ bytes }) => [{ bytes, from: 'PA' }],
  'from-other-address': ({ bytes }) => [{ bytes, from: 'AP' }],
  'from-diagonal': ({ bytes }) => [{ bytes, from: 'AA' }],
  'from-everywhere': ({ bytes }) => (['PP', 'PA', 'AP', 'AA'] as const).map((from) => ({ bytes, from })),
} as const satisfies Record<string, HostileReply>;

/** Lies about where the client is, told in every answer of a run. */
export const lyingReplies = {
  'always-the-same': mappedTo(() => ({ address: '198.51.100.77', port: 7777 })),
  'port-zero': mappedTo(({ client }) => ({ address: client.address, port: 0 })),
  'other-family': mappedTo(() => ({ address: '2001:db8::77', port: 7777 })),
  unspecified: mappedTo(({ client }) => ({ address: '0.0.0.0', port: client.port })),
  multicast: mappedTo(({ client }) => ({ address: '239.1.2.3', port: client.port })),
  'random-port': mappedTo(({ client, random }) => ({
    address: client.address,
    port: 1024 + Math.floor(random() * 60_000),
  })),
  'random-address': mappedTo(({ client, random }) => ({
    address: `198.51.100.${1 + Math.floor(random() * 250)}`,
    port: client.port,
  })),
  'two-addresses': withAttributes((attributes, { random }) => [
    {
      name: 'XOR-MAPPED-ADDRESS',
      value: { address: '198.51.100.99', port: 1024 + Math.floor(random() * 60_000) },
    },
    ...attributes,
  ]),
} as const satisfies Record<string, HostileReply>;
