/** RFC 6062: TCP connections through the relay, without sockets: rows C01–C07 of the checklist. */
import { describe, expect, it } from 'vitest';
import {
  type Attribute,
  decodeMessage,
  type Endpoint,
  getAttribute,
  methods,
} from '../../../../stun/index.ts';
import type { TurnSettings } from '../../../../turn/server/turn-server-options.ts';
import {
  bob,
  Client,
  clientAt,
  peerAt,
  peerAttribute,
  type Reply,
  relayAddress,
  type Sent,
  Stage,
  settings,
  text,
  transportUdp,
  valueIn,
} from './stage.ts';

const transportTcp: Attribute = { name: 'REQUESTED-TRANSPORT', value: 6 };
const control = 'tcp:0:1';

function tcpStage(more: Partial<TurnSettings> = {}): Stage {
  return new Stage({ settings: { ...settings, tcpRelay: true, ...more } });
}

function visit(stage = tcpStage()): { stage: Stage; client: Client; relayed: Endpoint; port: string } {
  const client = new Client(stage, { socket: control });
  const reply = client.ask(methods.allocate, [transportTcp]);
  const relayed = valueIn(reply, 'XOR-RELAYED-ADDRESS');
  if (relayed === undefined) throw new Error(`no allocation: ${reply.code}`);
  const port = [...stage.open.keys()].at(-1) ?? '';
  return { stage, client, relayed, port };
}

/** Sends a Connect; its answer waits for the peer. */
function dial(stage: Stage, client: Client, peer = peerAt): { socket: string; sent: Sent[] } {
  const sent = client.send(client.dressed(methods.connect, [peerAttribute(peer)]));
  return { socket: stage.dials.at(-1)?.socket ?? '', sent };
}

function answered(sent: readonly Sent[], client: Client): { code: number; id: number | undefined } {
  const bytes = sent.find(({ socket }) => socket === client.socket)?.bytes;
  const decoded = decodeMessage(bytes ?? new Uint8Array(0));
  if (!decoded.ok) throw new Error(decoded.problem);
  const code = getAttribute(decoded.message, 'ERROR-CODE')?.code ?? 0;
  return { code, id: getAttribute(decoded.message, 'CONNECTION-ID') };
}

/** A connection that the peer has taken: its id, and our stream towards the peer. */
function connected(stage: Stage, client: Client, peer = peerAt): { id: number; socket: string } {
  const { socket } = dial(stage, client, peer);
  const sent = stage.sends(() =>
    stage.input({ kind: 'opened', socket, local: { address: relayAddress, port: 50_000 } }),
  );
  const { id } = answered(sent, client);
  if (id === undefined) throw new Error('no CONNECTION-ID');
  return { id, socket };
}

function bindOn(stage: Stage, id: number, socket: string, user?: Client['user']): Reply {
  const at = { ...clientAt, port: 41_000 + Number(socket.split(':')[2]) };
  const data = new Client(stage, { socket, at, ...(user && { user }) });
  return data.ask(methods.connectionBind, [{ name: 'CONNECTION-ID', value: id }]);
}

function bytesTo(stage: Stage, socket: string, from: Endpoint, bytes: Uint8Array): Sent[] {
  return stage.sends(() => stage.input({ kind: 'received', socket, from, bytes }));
}

describe('Allocate with TCP', () => {
  it('listens on a port of the range and answers like any other', () => {
    const { stage, relayed, port } = visit();
    expect(relayed.address).toBe(relayAddress);
    expect(relayed.port).toBeGreaterThanOrEqual(50_000);
    expect(stage.open.get(port)).toEqual(relayed);
  });

  it('C01: is 442 unless the operator has switched it on', () => {
    const client = new Client(new Stage(), { socket: control });
    expect(client.ask(methods.allocate, [transportTcp]).code).toBe(442);
  });

  it.each<[string, string, Attribute[], number]>([
    ['C02: over UDP', 'udp:0:PP', [], 400],
    ['with EVEN-PORT', control, [{ name: 'EVEN-PORT', value: { reserve: false } }], 400],
    ['with a reservation', control, [{ name: 'RESERVATION-TOKEN', value: new Uint8Array(8) }], 400],
    [
      'with DONT-FRAGMENT, which is not served at all',
      control,
      [{ name: 'DONT-FRAGMENT', value: true }],
      420,
    ],
    ['with a ticket', control, [{ name: 'MOBILITY-TICKET', value: new Uint8Array(0) }], 405],
  ])('%s is refused', (_what, socket, attributes, code) => {
    const client = new Client(tcpStage({ mobility: true }), { socket });
    expect(client.ask(methods.allocate, [transportTcp, ...attributes]).code).toBe(code);
  });

  it('C07: has no channels, and Send indications go nowhere', () => {
    const { client } = visit();
    client.permit(peerAt);
    expect(client.bind(0x4000, peerAt).code).toBe(403);
    expect(client.indicate(peerAt, text('x'))).toEqual([]);
  });

  it('is no peer for datagrams of other clients', () => {
    const { stage, client: _, relayed } = visit();
    const other = new Client(stage, { at: { ...clientAt, port: 5 }, user: bob });
    other.relayed();
    other.permit(relayed);
    expect(other.indicate(relayed, text('x'))).toEqual([]);
  });
});

describe('Connect', () => {
  it('C03: dials from the relayed address and answers with an id when the peer has answered', () => {
    const { stage, client, relayed } = visit();
    const { socket, sent } = dial(stage, client);
    expect(sent).toEqual([]);
    expect(stage.dials).toMatchObject([{ transport: 'tcp', family: 'ipv4', at: relayed, to: peerAt }]);
    const reply = stage.sends(() => stage.input({ kind: 'opened', socket, local: relayed }));
    expect(answered(reply, client)).toMatchObject({ code: 0, id: expect.any(Number) });
    // RFC 6062 s5.2: nothing is relayed before ConnectionBind, so the peer waits.
    expect(stage.reading.get(socket)).toBe(false);
  });

  it('C04: 447 where the peer refuses', () => {
    const { stage, client } = visit();
    const { socket } = dial(stage, client);
    const error = { code: 'ECONNREFUSED', message: 'refused' };
    const sent = stage.sends(() => stage.input({ kind: 'open-failed', socket, error }));
    expect(answered(sent, client).code).toBe(447);
  });

  it('447 where the peer says nothing for 30 s, and the attempt ends', () => {
    const { stage, client } = visit();
    const { socket } = dial(stage, client);
    expect(stage.sends(() => stage.pass(29_999))).toEqual([]);
    expect(
      answered(
        stage.sends(() => stage.pass(1)),
        client,
      ).code,
    ).toBe(447);
    expect(stage.closed).toContain(socket);
  });

  it('C04: 446 while a connection with that peer is made, and while it lives', () => {
    const { stage, client } = visit();
    const { socket } = dial(stage, client);
    expect(client.ask(methods.connect, [peerAttribute(peerAt)]).code).toBe(446);
    stage.input({ kind: 'opened', socket, local: peerAt });
    expect(client.ask(methods.connect, [peerAttribute(peerAt)]).code).toBe(446);
    stage.input({ kind: 'closed', socket });
    expect(dial(stage, client).sent).toEqual([]);
    expect(stage.dials).toHaveLength(2);
  });

  it.each<[string, Attribute[], number]>([
    ['without a peer', [], 400],
    ['to a private address', [peerAttribute({ address: '10.0.0.1', port: 5000 })], 403],
    ['to this host', [peerAttribute({ address: relayAddress, port: 5000 })], 403],
    ['to a port below 1024', [peerAttribute({ ...peerAt, port: 25 })], 403],
    ['to the other family', [peerAttribute({ address: '2606:4700::1111', port: 5000 })], 443],
  ])('%s is refused, and nothing is dialled', (_what, attributes, code) => {
    const { stage, client } = visit();
    expect(client.ask(methods.connect, attributes).code).toBe(code);
    expect(stage.dials).toEqual([]);
  });

  it('C07: is 403 on an allocation of UDP, 437 without one', () => {
    const stage = tcpStage();
    const client = new Client(stage, { socket: control });
    expect(client.ask(methods.connect, [peerAttribute(peerAt)]).code).toBe(437);
    client.ask(methods.allocate, [transportUdp]);
    expect(client.ask(methods.connect, [peerAttribute(peerAt)]).code).toBe(403);
  });

  it('508 for the sixty-fifth', () => {
    const { stage, client } = visit();
    for (let port = 2000; port < 2064; port += 1) dial(stage, client, { ...peerAt, port });
    expect(client.ask(methods.connect, [peerAttribute(peerAt)]).code).toBe(508);
    expect(stage.dials).toHaveLength(64);
  });
});

describe('a peer that calls', () => {
  function call(stage: Stage, port: string, number = 1, remote = peerAt): { socket: string; sent: Sent[] } {
    const socket = `${port}:${number}`;
    const local = stage.open.get(port) ?? peerAt;
    return { socket, sent: stage.sends(() => stage.input({ kind: 'opened', socket, local, remote })) };
  }

  it('is announced by ConnectionAttempt with its address, and waits', () => {
    const { stage, client, port } = visit();
    client.permit({ ...peerAt, port: 1 });
    const { socket, sent } = call(stage, port);
    const decoded = decodeMessage(sent[0]?.bytes ?? new Uint8Array(0));
    if (!decoded.ok) throw new Error(decoded.problem);
    expect(decoded.message).toMatchObject({ method: methods.connectionAttempt, class: 'indication' });
    expect(getAttribute(decoded.message, 'XOR-PEER-ADDRESS')).toEqual(peerAt);
    expect(sent[0]?.socket).toBe(control);
    expect(stage.reading.get(socket)).toBe(false);
    const id = getAttribute(decoded.message, 'CONNECTION-ID') ?? 0;
    expect(bindOn(stage, id, 'tcp:0:2').code).toBe(0);
  });

  it('C06: is sent away without a permission', () => {
    const { stage, port } = visit();
    const { socket, sent } = call(stage, port);
    expect(sent).toEqual([]);
    expect(stage.closed).toContain(socket);
  });

  it('is sent away after 30 s when the client does not come', () => {
    const { stage, client, port } = visit();
    client.permit(peerAt);
    const { socket } = call(stage, port);
    stage.pass(29_999);
    expect(stage.closed).not.toContain(socket);
    stage.pass(1);
    expect(stage.closed).toContain(socket);
  });

  it('is the sixty-fifth at most', () => {
    const { stage, client, port } = visit();
    client.permit(peerAt);
    for (let n = 1; n <= 64; n += 1) call(stage, port, n, { ...peerAt, port: 2000 + n });
    expect(stage.closed).toEqual([]);
    expect(stage.closed).not.toContain(call(stage, port, 65).socket.replace(':65', ':64'));
    expect(stage.closed).toEqual([`${port}:65`]);
  });
});

describe('ConnectionBind', () => {
  it('turns the stream into the connection: bytes go through as they are, both ways', () => {
    const { stage, client } = visit();
    const { id, socket } = connected(stage, client);
    expect(bindOn(stage, id, 'tls:0:2')).toMatchObject({ code: 0, sealed: 'valid' });
    expect(stage.reading.get(socket)).toBe(true);
    const at = { ...clientAt, port: 41_002 };
    const out = bytesTo(stage, 'tls:0:2', at, text('GET / HTTP/1.1'));
    expect(out).toMatchObject([{ socket, to: peerAt, bytes: text('GET / HTTP/1.1'), reliable: true }]);
    const back = bytesTo(stage, socket, peerAt, text('HTTP/1.1 200'));
    expect(back).toMatchObject([{ socket: 'tls:0:2', bytes: text('HTTP/1.1 200'), reliable: true }]);
    expect(stage.server.traffic).toMatchObject({ toPeers: 14, fromPeers: 12 });
  });

  it('stays open longer than a stranger may', () => {
    const { stage, client } = visit();
    const { id } = connected(stage, client);
    bindOn(stage, id, 'tcp:0:2');
    stage.pass(300_000);
    expect(stage.closed).not.toContain('tcp:0:2');
  });

  it.each([
    ['C05: an id that was never given', 441_441],
    ['no id', null],
  ])('%s is 400', (_what, id) => {
    const { stage, client } = visit();
    connected(stage, client);
    const data = new Client(stage, { socket: 'tcp:0:2' });
    const attributes: Attribute[] = id === null ? [] : [{ name: 'CONNECTION-ID', value: id }];
    expect(data.ask(methods.connectionBind, attributes).code).toBe(400);
  });

  it('400 for a connection that another stream has taken, and over UDP, and on the control connection', () => {
    const { stage, client } = visit();
    const { id } = connected(stage, client);
    const udp = new Client(stage, { at: { ...clientAt, port: 7 } });
    const attributes: Attribute[] = [{ name: 'CONNECTION-ID', value: id }];
    expect(udp.ask(methods.connectionBind, attributes).code).toBe(400);
    expect(client.ask(methods.connectionBind, attributes).code).toBe(400);
    expect(bindOn(stage, id, 'tcp:0:2').code).toBe(0);
    expect(bindOn(stage, id, 'tcp:0:3').code).toBe(400);
  });

  it('441 for another user', () => {
    const { stage, client } = visit();
    const { id } = connected(stage, client);
    expect(bindOn(stage, id, 'tcp:0:2', bob).code).toBe(441);
    expect(bindOn(stage, id, 'tcp:0:3').code).toBe(0);
  });

  it('400 after 30 s: the connection has ended', () => {
    const { stage, client } = visit();
    const { id, socket } = connected(stage, client);
    stage.pass(30_000);
    expect(stage.closed).toContain(socket);
    expect(bindOn(stage, id, 'tcp:0:2').code).toBe(400);
  });
});

describe('the end', () => {
  function joined(): ReturnType<typeof visit> & { socket: string; data: string } {
    const all = visit();
    const { id, socket } = connected(all.stage, all.client);
    bindOn(all.stage, id, 'tcp:0:2');
    return { ...all, socket, data: 'tcp:0:2' };
  }

  it('of one stream is the end of the other', () => {
    const one = joined();
    one.stage.input({ kind: 'closed', socket: one.socket });
    expect(one.stage.closed).toEqual([one.data]);
    const other = joined();
    other.stage.input({ kind: 'closed', socket: other.data });
    expect(other.stage.closed).toEqual([other.socket]);
  });

  it.each<[string, (all: ReturnType<typeof joined>) => void]>([
    ['of the control connection', ({ stage }) => stage.input({ kind: 'closed', socket: control })],
    ['of the allocation', ({ client }) => client.refresh(0)],
    ['of the lifetime', ({ stage }) => stage.pass(600_000)],
  ])('%s ends all connections and the port', (_what, end) => {
    const all = joined();
    end(all);
    expect(all.stage.closed).toEqual(expect.arrayContaining([all.socket, all.data, all.port]));
    expect(all.stage.server.census).toMatchObject({ allocations: 0 });
  });

  it('of the server closes everything', () => {
    const { stage, socket, data, port } = joined();
    stage.take(stage.server.stop(stage.nowMs));
    expect(stage.closed).toEqual(expect.arrayContaining([socket, data, port, control]));
  });
});

describe('the bandwidth limit', () => {
  it('holds the sender back instead of dropping bytes', () => {
    const bandwidth = { perSecond: 1000, burst: 1000 };
    const { stage, client } = visit(tcpStage({ quota: { ...settings.quota, bandwidth } }));
    const { id, socket } = connected(stage, client);
    bindOn(stage, id, 'tcp:0:2');
    expect(bytesTo(stage, socket, peerAt, new Uint8Array(1000))).toHaveLength(1);
    expect(stage.reading.get(socket)).toBe(true);
    // All of it goes on, and 500 bytes of debt take half a second.
    expect(bytesTo(stage, socket, peerAt, new Uint8Array(500))).toHaveLength(1);
    expect(stage.reading.get(socket)).toBe(false);
    stage.pass(499);
    expect(stage.reading.get(socket)).toBe(false);
    stage.pass(1);
    expect(stage.reading.get(socket)).toBe(true);
    expect(stage.server.traffic).toMatchObject({ fromPeers: 1500, dropped: 0 });
  });
});
