import { describe, expect, it } from 'vitest';
import { type Attribute, attributeRows, isComprehensionRequired } from '../../../stun/attributes.ts';
import { sealMessage } from '../../../stun/integrity.ts';
import {
  decodeMessage,
  encodeMessage,
  getAttribute,
  type MessageClass,
  methods,
  type StunMessage,
  transactionKey,
} from '../../../stun/message.ts';
import { fromHex } from '../../vectors/stun-vectors.ts';

const transactionId = fromHex('000102030405060708090a0b');

function binding(attributes: readonly Attribute[] = [], messageClass: MessageClass = 'request'): StunMessage {
  return { method: methods.binding, class: messageClass, transactionId, attributes };
}

function accepted(bytes: Uint8Array): { message: StunMessage; warnings: readonly string[] } {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

function problem(hex: string): string {
  const result = decodeMessage(fromHex(hex));
  return result.ok ? 'accepted' : result.problem;
}

const header = (length: string): string => `0001${length} 2112a442 000102030405060708090a0b`;

describe('message type (RFC 8489 s5)', () => {
  it.each([
    [methods.binding, 'request', 0x0001],
    [methods.binding, 'indication', 0x0011],
    [methods.binding, 'success', 0x0101],
    [methods.binding, 'error', 0x0111],
    [methods.allocate, 'request', 0x0003],
    [methods.allocate, 'error', 0x0113],
    [methods.send, 'indication', 0x0016],
    [methods.data, 'indication', 0x0017],
    [methods.channelBind, 'success', 0x0109],
    [0xfff, 'request', 0x3eef],
    [0xfff, 'error', 0x3fff],
  ] as const)('method %i %s is %i', (method, messageClass, type) => {
    const bytes = encodeMessage({ method, class: messageClass, transactionId, attributes: [] });
    expect((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)).toBe(type);
    expect(accepted(bytes).message).toMatchObject({ method, class: messageClass });
  });

  it('round-trips all 4096 methods in all classes', () => {
    const classes = ['request', 'indication', 'success', 'error'] as const;
    const seen = new Set<number>();
    for (let method = 0; method <= 0xfff; method++) {
      for (const messageClass of classes) {
        const bytes = encodeMessage({ method, class: messageClass, transactionId, attributes: [] });
        const { message } = accepted(bytes);
        if (message.method !== method || message.class !== messageClass)
          throw new Error(`${method} ${messageClass}`);
        seen.add((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0));
      }
    }
    expect(seen.size).toBe(4 * 4096);
  });
});

describe('frames that are none', () => {
  it.each([
    ['', 'empty'],
    ['00', '1 bytes are less than a header'],
    [header('0000').slice(0, -2), '19 bytes are less than a header'],
    ['4000 0000 00000000 000000000000000000000000', 'the two top bits are not zero'],
    ['80', 'the two top bits are not zero'],
    [`${header('0001')} 00`, 'message length 1 is no multiple of four'],
    [header('0004'), 'message length 4 runs 4 bytes past the end'],
    [`${header('0004')} 80220001`, 'attribute 0x8022 at byte 20 claims 1 bytes, 0 are left'],
    [`${header('0008')} 0020 0008 00010000`, 'attribute 0x0020 at byte 20 claims 8 bytes, 4 are left'],
    [`${header('0004')} 0020 ffff`, 'attribute 0x0020 at byte 20 claims 65535 bytes, 0 are left'],
  ])('%s', (hex, expected) => {
    expect(problem(hex)).toBe(expected);
  });
});

describe('oddities that are kept', () => {
  it('warns of bytes behind the message and leaves them alone', () => {
    const { message, warnings } = accepted(fromHex(`${header('0000')} deadbeef01`));
    expect(message.attributes).toEqual([]);
    expect(warnings).toEqual(['5 bytes follow the message']);
  });

  it('reads an RFC 3489 message and writes it back byte for byte', () => {
    const bytes = fromHex('0101000c 0a0b0c0d 000102030405060708090a0b 0001 0008 0001 1f90 c0000201');
    const { message, warnings } = accepted(bytes);
    expect(warnings).toEqual(['no magic cookie: an RFC 3489 message']);
    expect(message.classicCookie).toBe(0x0a0b0c0d);
    expect(message.transactionId).toEqual(transactionId);
    expect(getAttribute(message, 'MAPPED-ADDRESS')).toEqual({ address: '192.0.2.1', port: 8080 });
    expect(encodeMessage(message)).toEqual(bytes);
  });

  it('has no classicCookie on a modern message', () => {
    expect(Object.hasOwn(accepted(encodeMessage(binding())).message, 'classicCookie')).toBe(false);
  });

  it('keeps order, duplicates, unknown and malformed attributes', () => {
    const hex = `${header('0024')}
      8022 0001 61 000000
      7fff 0003 010203 00
      8022 0001 62 ffffff
      0020 0004 00010000
      c057 0000`;
    const { message, warnings } = accepted(fromHex(hex));
    expect(warnings).toEqual([]);
    expect(message.attributes).toEqual([
      { name: 'SOFTWARE', value: 'a' },
      { name: 'unknown', type: 0x7fff, bytes: fromHex('010203') },
      { name: 'SOFTWARE', value: 'b' },
      {
        name: 'malformed',
        type: 0x0020,
        bytes: fromHex('00010000'),
        problem: 'XOR-MAPPED-ADDRESS address length does not fit its family',
      },
      { name: 'unknown', type: 0xc057, bytes: new Uint8Array(0) },
    ]);
    expect(getAttribute(message, 'SOFTWARE')).toBe('a');
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toBeUndefined();
  });

  it.each([
    ['0020 0008 0003 0000 00000000', 'XOR-MAPPED-ADDRESS address family is neither IPv4 (1) nor IPv6 (2)'],
    ['0020 0008 0002 0000 00000000', 'XOR-MAPPED-ADDRESS address length does not fit its family'],
    ['0001 0000', 'MAPPED-ADDRESS address length does not fit its family'],
    ['8022 0002 c328 0000', 'SOFTWARE is not valid UTF-8'],
    ['0009 0004 00000700', 'ERROR-CODE error code is outside 300–699'],
    ['0009 0004 00000464', 'ERROR-CODE error code is outside 300–699'],
    ['0009 0002 0000 0000', 'ERROR-CODE must be at least 4 bytes long'],
    ['000d 0002 0001 0000', 'LIFETIME must be 4 bytes long'],
    ['0008 0004 00000000', 'MESSAGE-INTEGRITY must be 20 bytes long'],
    ['001c 0004 00000000', 'MESSAGE-INTEGRITY-SHA256 must be 16–32 bytes long, a multiple of 4'],
    ['000a 0003 000100 00', 'UNKNOWN-ATTRIBUTES length must be even'],
    ['001a 0001 00 000000', 'DONT-FRAGMENT must be 0 bytes long'],
    ['8002 0006 0001 0004 0000 0000', 'PASSWORD-ALGORITHMS algorithm parameters run past the end'],
    ['001d 0008 0001 0000 00000000', 'PASSWORD-ALGORITHM algorithm parameters run past the end'],
    ['0017 0004 05000000', 'REQUESTED-ADDRESS-FAMILY address family is neither IPv4 (1) nor IPv6 (2)'],
    ['8001 0004 07000404', 'ADDRESS-ERROR-CODE address family is neither IPv4 (1) nor IPv6 (2)'],
  ])('names the problem of %s', (hex, expected) => {
    const attribute = fromHex(hex);
    const length = attribute.length.toString(16).padStart(4, '0');
    const { message } = accepted(fromHex(header(length) + Buffer.from(attribute).toString('hex')));
    const [first] = message.attributes;
    expect(first).toMatchObject({ name: 'malformed', problem: expected });
    expect(encodeMessage(message)).toEqual(fromHex(header(length) + Buffer.from(attribute).toString('hex')));
  });

  it('shows the error number even when the phrase is in another charset', () => {
    const { message } = accepted(fromHex(`${header('000c')} 0009 0006 00000401 e9e8 0000`));
    expect(getAttribute(message, 'ERROR-CODE')).toEqual({ code: 401, reason: '\ufffd\ufffd' });
  });

  it('refuses phrases longer than RFC 8489 s14 allows', () => {
    const long = fromHex('61'.repeat(764));
    const bytes = encodeMessage(binding([{ name: 'unknown', type: 0x8022, bytes: long }]));
    expect(accepted(bytes).message.attributes[0]).toMatchObject({
      name: 'malformed',
      problem: 'SOFTWARE is longer than 763 bytes',
    });
  });
});

describe('attributes behind the integrity (RFC 8489 s14.5)', () => {
  const key = new Uint8Array([1, 2, 3]);

  it('are kept in the list but not found by name', () => {
    const sealed = sealMessage(binding([{ name: 'SOFTWARE', value: 'honest' }], 'success'), { key });
    const { message: signed } = accepted(sealed);
    const forged = encodeMessage({
      ...signed,
      attributes: [
        ...signed.attributes,
        { name: 'XOR-MAPPED-ADDRESS', value: { address: '203.0.113.9', port: 9 } },
        { name: 'FINGERPRINT', value: 1 },
        { name: 'USERNAME', value: 'late' },
      ],
    });
    const { message, warnings } = accepted(forged);
    expect(message.attributes).toHaveLength(5);
    expect(getAttribute(message, 'SOFTWARE')).toBe('honest');
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toBeUndefined();
    expect(getAttribute(message, 'USERNAME')).toBeUndefined();
    expect(getAttribute(message, 'FINGERPRINT')).toBe(1);
    expect(warnings).toEqual(['2 attributes stand behind the integrity or fingerprint and do not count']);
  });
});

describe('encoding mistakes are the caller’s', () => {
  it.each<[string, StunMessage]>([
    ['method', { ...binding(), method: 0x1000 }],
    ['transactionId', { ...binding(), transactionId: new Uint8Array(16) }],
    ['address', binding([{ name: 'MAPPED-ADDRESS', value: { address: 'stun.example.org', port: 1 } }])],
    ['address', binding([{ name: 'XOR-MAPPED-ADDRESS', value: { address: '192.0.2.256', port: 1 } }])],
    ['port', binding([{ name: 'MAPPED-ADDRESS', value: { address: '192.0.2.1', port: 65_536 } }])],
    ['value', binding([{ name: 'LIFETIME', value: -1 }])],
    ['value', binding([{ name: 'CHANNEL-NUMBER', value: 65_536 }])],
    ['error code', binding([{ name: 'ERROR-CODE', value: { code: 200, reason: '' } }])],
    ['longer than 508', binding([{ name: 'USERNAME', value: 'u'.repeat(509) }])],
    ['20 bytes', binding([{ name: 'MESSAGE-INTEGRITY', value: new Uint8Array(19) }])],
    ['too long', binding([{ name: 'unknown', type: 1, bytes: new Uint8Array(65_529) }])],
    [
      'too long',
      binding(Array.from({ length: 3 }, () => ({ name: 'DATA', value: new Uint8Array(30_000) }) as const)),
    ],
    [
      'too long',
      binding([
        { name: 'DATA', value: new Uint8Array(65_520) },
        { name: 'MAPPED-ADDRESS', value: { address: '::1', port: 1 } },
      ]),
    ],
  ])('%s', (expected, message) => {
    expect(() => encodeMessage(message)).toThrow(RangeError);
    expect(() => encodeMessage(message)).toThrow(expected);
  });

  it('takes the longest message there is', () => {
    const bytes = encodeMessage(binding([{ name: 'DATA', value: new Uint8Array(65_528).fill(7) }]));
    expect(bytes).toHaveLength(65_552);
    expect(accepted(bytes).warnings).toEqual([]);
  });
});

describe('the table', () => {
  it('has every code once', () => {
    expect(new Set(attributeRows.map(({ code }) => code)).size).toBe(attributeRows.length);
  });

  it('names an RFC section in every row', () => {
    const source = /^(RFC \d{4} s\d+(\.\d+)*|docs\/[a-z-]+\.md)$/;
    for (const { name, rfc } of attributeRows) expect(rfc, name).toMatch(source);
  });

  it('knows what must be understood by the code', () => {
    expect(isComprehensionRequired(0x7fff)).toBe(true);
    expect(isComprehensionRequired(0x8000)).toBe(false);
  });
});

it('transactionKey is hex', () => {
  expect(transactionKey(fromHex('00ff10aa000000000000007f'))).toBe('00ff10aa000000000000007f');
});

it('reads RESPONSE-PORT with and without its padding counted', () => {
  const two = accepted(fromHex(`${header('0008')} 0027 0002 1f90 0000`)).message;
  const four = accepted(fromHex(`${header('0008')} 0027 0004 1f90 0000`)).message;
  expect(getAttribute(two, 'RESPONSE-PORT')).toBe(8080);
  expect(getAttribute(four, 'RESPONSE-PORT')).toBe(8080);
});
