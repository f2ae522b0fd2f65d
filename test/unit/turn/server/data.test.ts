/** Permissions, channels and data: rows P01–P20 of the checklist that a server can be held to. */
import { describe, expect, it } from 'vitest';
import type { Attribute, Endpoint } from '../../../../stun/index.ts';
import { decodeMessage, encodeMessage, getAttribute, methods } from '../../../../stun/index.ts';
import {
  alice,
  bob,
  Client,
  clientAt,
  nextId,
  peerAt,
  peerAt6,
  peerAttribute,
  relayAddress,
  type Sent,
  Stage,
  sendIndication,
  settings,
  text,
  valueIn,
} from './stage.ts';

const otherPeer: Endpoint = { address: '1.1.1.1', port: 50_002 };
const stream = 'tcp:0:1';

function visit(socket?: string): { stage: Stage; client: Client; relayed: Endpoint } {
  const stage = new Stage();
  const client = new Client(stage, socket === undefined ? {} : { socket });
  return { stage, client, relayed: client.relayed() };
}

/** What a Data indication says. */
function indicated(sent: readonly Sent[]): { peer: Endpoint | undefined; data: string } | null {
  const decoded = decodeMessage(sent[0]?.bytes ?? new Uint8Array(0));
  if (!decoded.ok || decoded.message.method !== methods.data) return null;
  const data = getAttribute(decoded.message, 'DATA') ?? new Uint8Array(0);
  return { peer: getAttribute(decoded.message, 'XOR-PEER-ADDRESS'), data: new TextDecoder().decode(data) };
}

describe('permissions', () => {
  it('P01: without one nothing leaves, neither by Send nor by ChannelData', () => {
    const { client } = visit();
    expect(client.indicate(peerAt, text('x'))).toEqual([]);
    expect(client.channelData(0x4000, text('x'))).toEqual([]);
  });

  it('P02: without one nothing arrives', () => {
    const { stage, client, relayed } = visit();
    client.permit(otherPeer);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toEqual([]);
  });

  it('with one both directions work, and the bytes are untouched', () => {
    const { stage, client, relayed } = visit();
    expect(client.permit(peerAt)).toMatchObject({ code: 0, sealed: 'valid' });
    const out = client.indicate(peerAt, text('hello'));
    expect(out).toMatchObject([{ to: peerAt, bytes: text('hello') }]);
    expect(stage.open.get(out[0]?.socket ?? '')).toEqual(relayed);
    expect(indicated(stage.fromPeer(peerAt, relayed, text('back')))).toEqual({ peer: peerAt, data: 'back' });
  });

  it('P03: it is by address; another port of the peer may send as well', () => {
    const { stage, client, relayed } = visit();
    client.permit(peerAt);
    const from = { ...peerAt, port: 9999 };
    expect(indicated(stage.fromPeer(from, relayed, text('x')))?.peer).toEqual(from);
  });

  it('P04: it lasts 300 s to the millisecond, and data do not renew it', () => {
    const { stage, client, relayed } = visit();
    client.permit(peerAt);
    stage.pass(299_999);
    expect(client.indicate(peerAt, text('x'))).toHaveLength(1);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toHaveLength(1);
    stage.pass(1);
    expect(client.indicate(peerAt, text('x'))).toEqual([]);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toEqual([]);
  });

  it('P04: CreatePermission renews it', () => {
    const { stage, client } = visit();
    client.permit(peerAt);
    stage.pass(200_000);
    client.permit(peerAt);
    stage.pass(299_999);
    expect(client.indicate(peerAt, text('x'))).toHaveLength(1);
  });

  it('P08: without a peer 400; eight at once are fine; one that is refused refuses all', () => {
    const { stage, client, relayed } = visit();
    expect(client.permit().code).toBe(400);
    const eight = Array.from({ length: 8 }, (_, i) => ({ address: `8.8.8.${i + 1}`, port: 5000 }));
    expect(client.permit(...eight).code).toBe(0);
    expect(client.permit(peerAt, { address: '224.0.0.1', port: 5000 }).code).toBe(403);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toEqual([]);
    expect(stage.fromPeer({ address: '8.8.8.8', port: 1 }, relayed, text('x'))).toHaveLength(1);
  });

  it('P08: a peer that cannot be read is 400', () => {
    const { client } = visit();
    const broken: Attribute = { name: 'unknown', type: 0x0012, bytes: Uint8Array.of(0, 9, 0, 0, 1, 2, 3, 4) };
    expect(client.ask(methods.createPermission, [peerAttribute(peerAt), broken]).code).toBe(400);
  });

  it('P09: a peer of the other family is 443, for permissions and channels', () => {
    const { client } = visit();
    expect(client.permit(peerAt6).code).toBe(443);
    expect(client.bind(0x4000, peerAt6).code).toBe(443);
  });

  it('an allocation holds 1024 of them; the next is 508, and time makes room', () => {
    const { stage, client } = visit();
    const peers = Array.from({ length: 1024 }, (_, i) => ({
      address: `8.8.${i >> 8}.${i & 255}`,
      port: 5000,
    }));
    for (let i = 0; i < peers.length; i += 64) expect(client.permit(...peers.slice(i, i + 64)).code).toBe(0);
    expect(client.permit(otherPeer).code).toBe(508);
    expect(client.permit(...peers.slice(0, 8)).code).toBe(0);
    client.refresh(3600);
    stage.pass(300_000);
    expect(client.permit(otherPeer).code).toBe(0);
  });

  it('a lost one of two families takes its data along', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.allocate([{ name: 'ADDITIONAL-ADDRESS-FAMILY', value: 'ipv6' }]);
    expect(client.permit(peerAt, peerAt6).code).toBe(0);
    expect(client.indicate(peerAt6, text('x'))).toHaveLength(1);
    client.refresh(0, [{ name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv6' }]);
    expect(client.indicate(peerAt6, text('x'))).toEqual([]);
    expect(client.indicate(peerAt, text('x'))).toHaveLength(1);
  });
});

describe('channels', () => {
  it('carry data both ways, in place of indications', () => {
    const { stage, client, relayed } = visit();
    expect(client.bind(0x4000, peerAt)).toMatchObject({ code: 0, sealed: 'valid' });
    expect(client.channelData(0x4000, text('hello'))).toMatchObject([{ to: peerAt, bytes: text('hello') }]);
    const back = stage.fromPeer(peerAt, relayed, text('back'));
    expect([...(back[0]?.bytes ?? [])]).toEqual([0x40, 0, 0, 4, ...text('back')]);
  });

  it('are for one port of the peer; from another one it is a Data indication', () => {
    const { stage, client, relayed } = visit();
    client.bind(0x4000, peerAt);
    expect(indicated(stage.fromPeer({ ...peerAt, port: 1234 }, relayed, text('x')))?.data).toBe('x');
  });

  it('P05: last 600 s, while the permission that came with them lasts 300 s', () => {
    const { stage, client, relayed } = visit();
    client.refresh(3600);
    client.bind(0x4000, peerAt);
    stage.pass(300_000);
    expect(client.channelData(0x4000, text('x'))).toEqual([]);
    client.permit(peerAt);
    expect(client.channelData(0x4000, text('x'))).toHaveLength(1);
    stage.pass(299_999);
    expect(stage.fromPeer(peerAt, relayed, text('x'))[0]?.bytes[0]).toBe(0x40);
    stage.pass(1);
    client.permit(peerAt);
    expect(client.channelData(0x4000, text('x'))).toEqual([]);
    expect(indicated(stage.fromPeer(peerAt, relayed, text('x')))?.data).toBe('x');
    expect(client.bind(0x4001, peerAt).code).toBe(0);
  });

  it.each([
    [0x4000, 0],
    [0x4fff, 0],
    [0x3fff, 400],
    [0x5000, 400],
    [0x7fff, 400],
    [0x8000, 400],
    [0xffff, 400],
    [0, 400],
  ])('P06: number 0x%s is answered with %i', (number, code) => {
    expect(visit().client.bind(number, peerAt).code).toBe(code);
  });

  it('P07: the same again is fine; a second peer, a second number, port 0 are 400', () => {
    const { client } = visit();
    expect(client.bind(0x4000, peerAt).code).toBe(0);
    expect(client.bind(0x4000, peerAt).code).toBe(0);
    expect(client.bind(0x4000, otherPeer).code).toBe(400);
    expect(client.bind(0x4001, peerAt).code).toBe(400);
    expect(client.bind(0x4001, { ...otherPeer, port: 0 }).code).toBe(400);
    expect(client.bind(0x4001, { ...peerAt, port: 4321 }).code).toBe(0);
  });

  it.each<[string, Attribute[]]>([
    ['number', [peerAttribute(peerAt)]],
    ['peer', [{ name: 'CHANNEL-NUMBER', value: 0x4000 }]],
  ])('P07: without a %s 400', (_name, attributes) => {
    expect(visit().client.ask(methods.channelBind, attributes).code).toBe(400);
  });
});

describe('what clients send', () => {
  it('P10: empty DATA is an empty datagram; without DATA or peer nothing', () => {
    const { client } = visit();
    client.permit(peerAt);
    expect(client.indicate(peerAt, new Uint8Array(0))).toMatchObject([{ bytes: new Uint8Array(0) }]);
    expect(client.send(sendIndication([peerAttribute(peerAt)]))).toEqual([]);
    expect(client.send(sendIndication([{ name: 'DATA', value: text('x') }]))).toEqual([]);
  });

  it.each<[string, Attribute]>([
    ['an unknown required attribute', { name: 'unknown', type: 0x7f01, bytes: new Uint8Array(0) }],
    ['DONT-FRAGMENT (P17)', { name: 'DONT-FRAGMENT', value: true }],
  ])('P10: %s discards the indication', (_name, attribute) => {
    const { client } = visit();
    client.permit(peerAt);
    expect(client.indicate(peerAt, text('x'), [attribute])).toEqual([]);
  });

  it('P10: an unknown optional attribute does not', () => {
    const { client } = visit();
    client.permit(peerAt);
    const optional: Attribute = { name: 'unknown', type: 0xffee, bytes: new Uint8Array(3) };
    expect(client.indicate(peerAt, text('x'), [optional])).toHaveLength(1);
  });

  it('P11: of two peers in a Send the first counts', () => {
    const { client } = visit();
    client.permit(peerAt, otherPeer);
    expect(client.indicate(peerAt, text('x'), [peerAttribute(otherPeer)])).toMatchObject([{ to: peerAt }]);
  });

  it('P12: Send as a request gets nothing', () => {
    const { client } = visit();
    client.permit(peerAt);
    const bytes = client.dressed(methods.send, [peerAttribute(peerAt), { name: 'DATA', value: text('x') }]);
    expect(client.send(bytes)).toEqual([]);
  });

  it('P13: ChannelData over UDP with and without padding, cut to its length, dropped when it claims more', () => {
    const { client } = visit();
    client.bind(0x4000, peerAt);
    const raw = (...bytes: number[]): Sent[] => client.send(Uint8Array.of(...bytes));
    expect(raw(0x40, 0, 0, 3, 1, 2, 3)).toMatchObject([{ bytes: Uint8Array.of(1, 2, 3) }]);
    expect(raw(0x40, 0, 0, 3, 1, 2, 3, 0)).toMatchObject([{ bytes: Uint8Array.of(1, 2, 3) }]);
    expect(raw(0x40, 0, 0, 2, 1, 2, 3, 4)).toMatchObject([{ bytes: Uint8Array.of(1, 2) }]);
    expect(raw(0x40, 0, 0, 0)).toMatchObject([{ bytes: new Uint8Array(0) }]);
    expect(raw(0x40, 0, 0, 9, 1, 2, 3, 4)).toEqual([]);
    expect(raw(0x40, 0, 0)).toEqual([]);
  });

  it('P14, P15: over a stream ChannelData is padded with zeros, in both directions', () => {
    const { stage, client, relayed } = visit(stream);
    client.bind(0x4000, peerAt);
    expect(client.channelData(0x4000, text('hello'))).toMatchObject([{ bytes: text('hello') }]);
    const back = stage.fromPeer(peerAt, relayed, text('hello'));
    expect([...(back[0]?.bytes ?? [])]).toEqual([0x40, 0, 0, 5, ...text('hello'), 0, 0, 0]);
  });

  it('P15: Data indications are padded with zeros', () => {
    const { stage, client, relayed } = visit();
    client.permit(peerAt);
    const back = stage.fromPeer(peerAt, relayed, text('hello'));
    expect([...(back[0]?.bytes.slice(-3) ?? [])]).toEqual([0, 0, 0]);
  });

  it.each([1, 60, 160, 1200, 1472, 1500, 4000, 9000, 65_000])('P16: %i bytes pass unchanged', (size) => {
    const { stage, client, relayed } = visit();
    const data = Uint8Array.from({ length: size }, (_, i) => (i * 31 + size) & 255);
    client.permit(peerAt);
    expect(client.indicate(peerAt, data)).toMatchObject([{ bytes: data }]);
    client.bind(0x4000, peerAt);
    expect(client.channelData(0x4000, data)).toMatchObject([{ bytes: data }]);
    expect(stage.fromPeer(peerAt, relayed, data)[0]?.bytes.subarray(4)).toEqual(data);
  });

  it('P17: an ICMP error that the socket reports reaches the client as a Data indication', () => {
    const { stage, client } = visit();
    client.permit(peerAt);
    const socket = [...stage.open.keys()][0] ?? '';
    const error = { code: 'ECONNREFUSED', message: 'port unreachable' };
    const [sent] = stage.sends(() => stage.input({ kind: 'send-failed', socket, to: peerAt, error }));
    const decoded = decodeMessage(sent?.bytes ?? new Uint8Array(0));
    expect(decoded.ok && getAttribute(decoded.message, 'ICMP')).toEqual({ type: 3, code: 3, data: 0 });
    expect(decoded.ok && getAttribute(decoded.message, 'XOR-PEER-ADDRESS')).toEqual(peerAt);
    const stranger = { kind: 'send-failed', socket, to: otherPeer, error } as const;
    expect(stage.sends(() => stage.input(stranger))).toEqual([]);
  });

  it('P20: a DATA that claims more than the message has is dropped', () => {
    const { client } = visit();
    client.permit(peerAt);
    const bytes = sendIndication([peerAttribute(peerAt), { name: 'DATA', value: text('abcd') }]);
    bytes[bytes.length - 5] = 200;
    expect(client.send(bytes)).toEqual([]);
  });
});

describe('two clients of one server', () => {
  function pair(): { stage: Stage; a: Client; b: Client; atA: Endpoint; atB: Endpoint } {
    const stage = new Stage();
    const a = new Client(stage, { user: alice });
    const b = new Client(stage, { at: { ...clientAt, port: 40_001 }, user: bob });
    return { stage, a, b, atA: a.relayed(), atB: b.relayed() };
  }

  it('P19: reach each other through their relayed addresses, inside the server', () => {
    const { a, b, atA, atB } = pair();
    expect(a.bind(0x4000, atB).code).toBe(0);
    expect(b.permit(atA).code).toBe(0);
    const arrived = a.channelData(0x4000, text('hello'));
    expect(arrived).toMatchObject([{ to: b.at }]);
    expect(indicated(arrived)).toEqual({ peer: atA, data: 'hello' });
    expect(b.indicate(atA, text('back'))).toMatchObject([{ to: a.at }]);
  });

  it('P19: but only when both have permitted it', () => {
    const { a, atB } = pair();
    a.bind(0x4000, atB);
    expect(a.channelData(0x4000, text('hello'))).toEqual([]);
  });

  it('X20: nobody reaches its own relayed address', () => {
    const { a, atA } = pair();
    expect(a.bind(0x4000, atA).code).toBe(403);
    expect(a.permit(atA).code).toBe(403);
  });

  it('X09: a permission for another client’s port opens no other port of this host', () => {
    const { a, atB } = pair();
    expect(a.permit(atB).code).toBe(0);
    expect(a.indicate({ address: relayAddress, port: 3478 }, text('x'))).toEqual([]);
    expect(a.indicate({ address: relayAddress, port: 22 }, text('x'))).toEqual([]);
  });

  it('X09: nor does a channel to an allocation that has ended', () => {
    const { a, b, atB } = pair();
    a.bind(0x4000, atB);
    b.refresh(0);
    expect(a.channelData(0x4000, text('x'))).toEqual([]);
  });
});

describe('bandwidth', () => {
  it('what exceeds it is dropped, each direction by itself, and comes back with time', () => {
    const quota = { ...settings.quota, bandwidth: { perSecond: 1000, burst: 1000 } };
    const stage = new Stage({ settings: { ...settings, quota } });
    const client = new Client(stage);
    const relayed = client.relayed();
    client.bind(0x4000, peerAt);
    const data = new Uint8Array(400);
    expect([1, 2, 3].map(() => client.channelData(0x4000, data).length)).toEqual([1, 1, 0]);
    expect([1, 2, 3].map(() => stage.fromPeer(peerAt, relayed, data).length)).toEqual([1, 1, 0]);
    stage.pass(1000);
    expect(client.channelData(0x4000, data)).toHaveLength(1);
    client.refresh(0);
    const released = stage.events.find(({ kind }) => kind === 'released');
    expect(released).toMatchObject({ traffic: { toPeers: 1200, fromPeers: 800, dropped: 2 } });
  });
});

it('a request for a method that is not served gets nothing', () => {
  const { client } = visit();
  for (const method of [0x002, 0x0ff, methods.data, methods.connectionAttempt]) {
    expect(client.send(client.dressed(method, []))).toEqual([]);
  }
});

it('a message that only looks like a reply to somebody is left alone', () => {
  const { client } = visit();
  for (const messageClass of ['success', 'error'] as const) {
    const bytes = encodeMessage({ method: 1, class: messageClass, transactionId: nextId(), attributes: [] });
    expect(client.send(bytes)).toEqual([]);
  }
});

it('M01: MOBILITY-TICKET, which is not offered, is 405', () => {
  const reply = new Client(new Stage()).allocate([{ name: 'MOBILITY-TICKET', value: new Uint8Array(0) }]);
  expect(reply).toMatchObject({ code: 405, sealed: 'valid' });
  expect(valueIn(reply, 'XOR-RELAYED-ADDRESS')).toBeUndefined();
});
