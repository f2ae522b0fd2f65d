/** STUN itself, amplification and streams: rows S01–S24, T02–T13 and N01–N03 that a server can be held to. */
import { describe, expect, it } from 'vitest';
import {
  type Attribute,
  decodeMessage,
  encodeMessage,
  getAttribute,
  methods,
  type StunMessage,
  sealMessage,
} from '../../../../stun/index.ts';
import {
  Client,
  clientAt,
  nextId,
  peerAt,
  type Reply,
  realm,
  Stage,
  settings,
  text,
  transportUdp,
  valueIn,
} from './stage.ts';

const request = (attributes: readonly Attribute[] = [], method: number = methods.binding): StunMessage => ({
  method,
  class: 'request',
  transactionId: nextId(),
  attributes,
});
const bare = encodeMessage(request());
const ask = (bytes: Uint8Array, stage = new Stage()): Reply | null => new Client(stage).exchange(bytes);

describe('Binding', () => {
  it('S01, S14, S15: XOR-MAPPED-ADDRESS and nothing else, over IPv4 and IPv6', () => {
    const reply = ask(bare);
    expect(reply?.message.attributes).toEqual([{ name: 'XOR-MAPPED-ADDRESS', value: clientAt }]);
    const at = { address: '2606:4700::2', port: 40_000 };
    const six = new Client(new Stage(), { at, socket: 'udp:6:PP' }).exchange(bare);
    expect(six && valueIn(six, 'XOR-MAPPED-ADDRESS')).toEqual(at);
  });

  it('S02: seven times the same bytes, seven times the same answer', () => {
    const client = new Client(new Stage());
    const answers = Array.from({ length: 7 }, () => client.exchange(bare)?.bytes);
    expect(new Set(answers.map(String)).size).toBe(1);
  });

  it('S03: FINGERPRINT is answered with one, also in errors', () => {
    const stage = new Stage();
    const success = ask(sealMessage(request(), { fingerprint: true }), stage);
    const error = ask(sealMessage(request([transportUdp], methods.allocate), { fingerprint: true }), stage);
    expect(success?.message.attributes.at(-1)?.name).toBe('FINGERPRINT');
    expect(error?.message.attributes.at(-1)?.name).toBe('FINGERPRINT');
  });

  it('S05: unknown required attributes are 420 that lists each once', () => {
    const unknown = (type: number): Attribute => ({ name: 'unknown', type, bytes: new Uint8Array(0) });
    const reply = ask(encodeMessage(request([unknown(0x7f01), unknown(0x7f02), unknown(0x7f01)])));
    expect([reply?.code, reply && valueIn(reply, 'UNKNOWN-ATTRIBUTES')]).toEqual([420, [0x7f01, 0x7f02]]);
    const allocate = new Client(new Stage()).allocate([unknown(0x7f01), unknown(0x7f01)]);
    expect([allocate.code, allocate.sealed, valueIn(allocate, 'UNKNOWN-ATTRIBUTES')]).toEqual([
      420,
      'valid',
      [0x7f01],
    ]);
  });

  it('S06: unknown optional ones and PRIORITY are left alone', () => {
    const optional: Attribute = { name: 'unknown', type: 0xffee, bytes: new Uint8Array(5) };
    const priority: Attribute = { name: 'PRIORITY', value: 1 };
    expect(ask(encodeMessage(request([optional, priority])))?.code).toBe(0);
    expect(new Client(new Stage()).allocate([optional, priority]).code).toBe(0);
  });

  it('S13: the length of ERROR-CODE does not count its padding', () => {
    const reply = new Client(new Stage()).ask(methods.allocate, []);
    const code = reply.message.attributes.find(({ name }) => name === 'ERROR-CODE');
    expect(code?.name === 'ERROR-CODE' && code.value.reason).toBe('REQUESTED-TRANSPORT missing');
  });

  it('SOFTWARE only for those who have logged in, and only when it is set', () => {
    const stage = new Stage({ software: 'polynya' });
    const client = new Client(stage);
    expect(valueIn(client.login(), 'SOFTWARE')).toBeUndefined();
    expect(valueIn(client.allocate(), 'SOFTWARE')).toBe('polynya');
  });
});

describe('silence', () => {
  const wrongSum = sealMessage(request(), { fingerprint: true });
  wrongSum[wrongSum.length - 1] = (wrongSum.at(-1) ?? 0) ^ 1;
  const behindSum = Uint8Array.of(...sealMessage(request(), { fingerprint: true }), 0x80, 0x22, 0, 0);
  behindSum[3] = (behindSum[3] ?? 0) + 4;
  const patched = (index: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(bare);
    bytes[index] = value;
    return bytes;
  };
  const classed = (messageClass: StunMessage['class'], method: number = methods.binding): Uint8Array =>
    encodeMessage({ ...request([], method), class: messageClass });
  const cases: readonly [string, Uint8Array][] = [
    ['S04: a wrong FINGERPRINT', wrongSum],
    ['S04: an attribute behind FINGERPRINT', behindSum],
    ['S07: no magic cookie', patched(4, 0)],
    ['S08: 19 bytes', bare.slice(0, 19)],
    ['S08: a length that is too long', patched(3, 4)],
    ['S08: bytes behind the message', Uint8Array.of(...bare, 0, 0, 0, 0)],
    ['S08: a length that is no multiple of four', patched(3, 1)],
    ['S08: top bits 11', patched(0, 0xc0)],
    ['S09: an attribute that overruns the message', Uint8Array.of(...patched(3, 4), 0x80, 0x22, 0, 9)],
    ['S10: an indication', classed('indication')],
    ['S10: a success', classed('success')],
    ['S10: an error', classed('error')],
    ['S11: an unknown method', encodeMessage(request([], 0x0ff))],
    ['S11: Shared Secret of RFC 3489', encodeMessage(request([], 0x002))],
    ['S12: ChannelData on an unbound number', Uint8Array.of(0x40, 0, 0, 4, 1, 2, 3, 4)],
    ['S12: HTTP', text('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n')],
    ['S12: an empty datagram', new Uint8Array(0)],
    ['a Data indication', classed('indication', methods.data)],
  ];
  it.each(cases)('%s', (_name, bytes) => {
    const stage = new Stage();
    expect(new Client(stage).send(bytes)).toEqual([]);
    expect(stage.ignored).toHaveLength(1);
  });

  it('a source port that cannot be answered', () => {
    expect(new Client(new Stage(), { at: { ...clientAt, port: 0 } }).send(bare)).toEqual([]);
  });
});

describe('amplification', () => {
  const unproven = [
    request(),
    request([transportUdp], methods.allocate),
    request([], methods.allocate),
    request([], methods.refresh),
    request([{ name: 'unknown', type: 0x7f01, bytes: new Uint8Array(0) }]),
    request([{ name: 'PADDING', value: new Uint8Array(0) }]),
    request([{ name: 'PADDING', value: new Uint8Array(9000) }]),
  ].map((message) => encodeMessage(message));

  it('S17, S19: a Binding answer is less than twice its request', () => {
    expect((ask(bare)?.bytes.length ?? 0) / bare.length).toBeLessThanOrEqual(2);
    const padded = unproven.at(-2) ?? bare;
    expect((ask(padded)?.bytes.length ?? 0) / padded.length).toBeLessThanOrEqual(2);
  });

  it('S18: the challenge stays under a hundred bytes with a realm of eleven', () => {
    expect(realm.length).toBe(11);
    expect(new Client(new Stage()).login().bytes.length).toBeLessThanOrEqual(100);
  });

  it('S17–S19: one source gets at most twice what it sent, but for 16 KiB at once and 1 KiB per second', () => {
    const stage = new Stage({ limits: { burst: 1_000_000 } });
    let received = 0;
    let sent = 0;
    for (let i = 0; i < 7000; i += 1) {
      const bytes = unproven[i % (unproven.length - 1)] ?? bare;
      received += bytes.length;
      const client = new Client(stage, { at: { ...clientAt, port: 1024 + i } });
      for (const reply of client.send(bytes)) sent += reply.bytes.length;
      if (i % 700 === 0) stage.nowMs += 1000;
    }
    expect(sent).toBeGreaterThan(received / 2);
    expect(sent).toBeLessThanOrEqual(2 * received + 16_384 + 10 * 1024);
  });

  it('a client that has shown a nonce of ours is answered even where its address has no credit left', () => {
    const stage = new Stage({ limits: { burst: 1_000_000 } });
    const client = new Client(stage);
    client.login();
    const challenge = encodeMessage(request([], methods.allocate));
    for (let i = 0; i < 1000; i += 1) {
      new Client(stage, { at: { ...clientAt, port: 1024 + i } }).send(challenge);
    }
    expect(stage.ignored.at(-1)).toBe('would amplify');
    expect(client.allocate().code).toBe(0);
  });

  it('logins that are brought to their end cost no credit: a thousand from one address', () => {
    const stage = new Stage({
      limits: { burst: 1_000_000 },
      settings: { ...settings, quota: { perUser: 1000, total: 1000, bandwidth: null } },
      ports: { first: 50_000, last: 51_999 },
    });
    for (let i = 0; i < 1000; i += 1) {
      expect(new Client(stage, { at: { ...clientAt, port: 1024 + i } }).allocate().code).toBe(0);
    }
  });

  it('S20: RESPONSE-PORT is 420 where RFC 5780 is not served', () => {
    const reply = ask(encodeMessage(request([{ name: 'RESPONSE-PORT', value: 50_123 }])));
    expect([reply?.code, reply && valueIn(reply, 'UNKNOWN-ATTRIBUTES')]).toEqual([420, [0x0027]]);
  });

  it('S24: a source that asks too often is not answered, others are', () => {
    const stage = new Stage({ limits: { perSecond: 1, burst: 5, sources: 10 } });
    const client = new Client(stage);
    const answers = Array.from({ length: 8 }, () => client.send(bare).length);
    expect(answers).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    expect(new Client(stage, { at: { address: '93.184.216.99', port: 1 } }).send(bare)).toHaveLength(1);
  });
});

describe('RFC 5780', () => {
  const endpoints = {
    PP: { address: '198.51.100.1', port: 3478 },
    PA: { address: '198.51.100.1', port: 3479 },
    AP: { address: '198.51.100.9', port: 3478 },
    AA: { address: '198.51.100.9', port: 3479 },
  };
  const four = (): Stage => new Stage({ listeners: [{ name: '0', endpoints }] });
  const change = (changeIp: boolean, changePort: boolean): Uint8Array =>
    encodeMessage(request([{ name: 'CHANGE-REQUEST', value: { changeIp, changePort } }]));

  it('N01: OTHER-ADDRESS, and answers from the socket that was asked for', () => {
    const stage = four();
    const reply = ask(bare, stage);
    expect(reply && valueIn(reply, 'OTHER-ADDRESS')).toEqual(endpoints.AA);
    expect(reply && valueIn(reply, 'RESPONSE-ORIGIN')).toEqual(endpoints.PP);
    const client = new Client(stage);
    expect(client.send(change(true, true))).toMatchObject([{ socket: 'udp:0:AA', to: clientAt }]);
    expect(client.send(change(false, true))).toMatchObject([{ socket: 'udp:0:PA' }]);
    expect(client.send(change(true, false))).toMatchObject([{ socket: 'udp:0:AP' }]);
  });

  it('N01: with one address nothing is announced, and CHANGE-REQUEST is 420', () => {
    expect(ask(change(false, true))?.code).toBe(420);
  });

  it('N03: over a stream CHANGE-REQUEST is 420', () => {
    const client = new Client(four(), { socket: 'tcp:0:1' });
    expect(client.exchange(change(true, true))?.code).toBe(420);
  });

  it('S20: RESPONSE-PORT is honoured from port 1024 up, at the same address; PADDING with it is 400 (N02)', () => {
    const stage = four();
    const port = encodeMessage(request([{ name: 'RESPONSE-PORT', value: 50_123 }]));
    expect(new Client(stage).send(port)).toMatchObject([{ to: { address: clientAt.address, port: 50_123 } }]);
    const low = encodeMessage(request([{ name: 'RESPONSE-PORT', value: 53 }]));
    expect(ask(low, stage)?.code).toBe(400);
    const both = request([
      { name: 'RESPONSE-PORT', value: 50_123 },
      { name: 'PADDING', value: new Uint8Array(8) },
    ]);
    expect(ask(encodeMessage(both), stage)?.code).toBe(400);
  });

  it('TURN is served on all four', () => {
    expect(new Client(four(), { socket: 'udp:0:AA' }).allocate().code).toBe(0);
  });
});

describe('streams', () => {
  const socket = 'tcp:0:1';

  it('T02: byte by byte, two at once, and STUN mixed with ChannelData', () => {
    const stage = new Stage();
    const client = new Client(stage, { socket });
    const slowly = [...bare].flatMap((byte) => client.send(Uint8Array.of(byte)));
    expect(slowly).toHaveLength(1);
    expect(client.send(Uint8Array.of(...bare, ...bare))).toHaveLength(2);
    client.relayed();
    client.bind(0x4000, peerAt);
    const mixed = Uint8Array.of(0x40, 0, 0, 3, 1, 2, 3, 0, ...bare, 0x40, 0, 0, 4, 1, 2, 3, 4);
    expect(client.send(mixed).map((sent) => sent.to)).toEqual([peerAt, clientAt, peerAt]);
  });

  it('T10: HTTP and other languages close the stream, and the allocation on it ends', () => {
    const stage = new Stage();
    const client = new Client(stage, { socket });
    client.relayed();
    expect(client.send(text('SSH-2.0-OpenSSH_9.2\r\n'))).toEqual([]);
    expect(stage.closed).toContain(socket);
    expect(stage.open.size).toBe(0);
    expect(stage.events.slice(-2)).toMatchObject([
      { kind: 'released', reason: 'stream-closed' },
      { kind: 'stream-dropped' },
    ]);
    expect(client.send(bare)).toEqual([]);
    // "GE" is a channel number and "T " a length: only its length gives a stranger away.
    const web = new Client(stage, { socket: 'tcp:0:2' });
    web.send(text('GET / HTTP/1.1\r\n\r\n'));
    expect(stage.closed).toContain('tcp:0:2');
  });

  it('T12: a stream without an allocation is closed after a minute, whatever it says', () => {
    const stage = new Stage();
    const client = new Client(stage, { socket });
    stage.pass(59_000);
    client.send(bare);
    expect(stage.closed).toEqual([]);
    stage.pass(1_000);
    expect(stage.closed).toEqual([socket]);
    expect(stage.server.census.streams).toBe(0);
  });

  it('T12: one with an allocation stays as long as that lives, and a minute longer', () => {
    const stage = new Stage();
    new Client(stage, { socket }).relayed();
    stage.pass(599_999);
    expect(stage.closed).toEqual([]);
    stage.pass(1);
    expect(stage.server.census).toMatchObject({ allocations: 0, streams: 1 });
    stage.pass(59_999);
    expect(stage.closed).not.toContain(socket);
    stage.pass(1);
    expect(stage.closed).toContain(socket);
  });

  it('T12: a stranger’s frame is held up to 1 KiB, a client’s up to the longest there is', () => {
    const stage = new Stage();
    const client = new Client(stage, { socket });
    const long = Uint8Array.of(0x00, 0x01, 0x20, 0x00, 0x21, 0x12, 0xa4, 0x42);
    client.send(long);
    expect(stage.closed).toEqual([socket]);
    const second = new Client(stage, { socket: 'tcp:0:2' });
    second.relayed();
    second.send(long);
    expect(stage.closed).toEqual([socket]);
  });

  it('closing the stream ends its allocation, also while that is being made', () => {
    const stage = new Stage();
    const client = new Client(stage, { socket });
    client.relayed();
    stage.input({ kind: 'closed', socket });
    expect(stage.server.census).toMatchObject({ allocations: 0, streams: 0 });
    const slow = new Stage();
    slow.opens = false;
    const hasty = new Client(slow, { socket });
    hasty.login();
    hasty.send(hasty.dressed(methods.allocate, [transportUdp]));
    slow.input({ kind: 'closed', socket });
    expect(slow.closed).toEqual(['relay:1']);
    expect(slow.server.census.allocations).toBe(0);
    const late = slow.input({ kind: 'opened', socket: 'relay:1', local: peerAt });
    expect(late).toMatchObject([{ kind: 'ignore' }]);
  });

  it('a five-tuple is one stream: a second one from the same client has an allocation of its own', () => {
    const stage = new Stage({ settings });
    const first = new Client(stage, { socket });
    const second = new Client(stage, { socket: 'tls:0:2' });
    expect(first.relayed()).not.toEqual(second.relayed());
  });
});

it('messages keep their transaction id and method', () => {
  const message = request([transportUdp], methods.allocate);
  const reply = ask(encodeMessage(message));
  const decoded = decodeMessage(reply?.bytes ?? bare);
  expect(decoded.ok && [decoded.message.method, decoded.message.class]).toEqual([methods.allocate, 'error']);
  expect(decoded.ok && decoded.message.transactionId).toEqual(message.transactionId);
  expect(decoded.ok && getAttribute(decoded.message, 'REALM')).toBe(realm);
});
