/** Mobility with TURN (RFC 8016): rows M01–M05 of the checklist. */
import { describe, expect, it } from 'vitest';
import { type Attribute, type Endpoint, methods } from '../../../../stun/index.ts';
import {
  bob,
  Client,
  clientAt,
  peerAt,
  type Reply,
  Stage,
  settings,
  text,
  transportUdp,
  valueIn,
} from './stage.ts';

const empty: Attribute = { name: 'MOBILITY-TICKET', value: new Uint8Array(0) };
const newAddress: Endpoint = { address: '93.184.216.99', port: 45_000 };

function ticketIn(reply: Reply): Attribute {
  return { name: 'MOBILITY-TICKET', value: valueIn(reply, 'MOBILITY-TICKET') ?? new Uint8Array(0) };
}

/** An allocation with a ticket and a channel, and the same user at a new address. */
function visit(socket?: string): {
  stage: Stage;
  old: Client;
  moved: Client;
  ticket: Attribute;
  relayed: Endpoint;
} {
  const stage = new Stage({ settings: { ...settings, mobility: true } });
  const old = new Client(stage, socket === undefined ? {} : { socket });
  const reply = old.allocate([empty]);
  const relayed = valueIn(reply, 'XOR-RELAYED-ADDRESS') ?? peerAt;
  old.bind(0x4000, peerAt);
  return { stage, old, moved: new Client(stage, { at: newAddress }), ticket: ticketIn(reply), relayed };
}

describe('the ticket', () => {
  it('M01: is given for an empty one, and only where mobility is on', () => {
    const { ticket } = visit();
    expect(ticket.name === 'MOBILITY-TICKET' && ticket.value.length).toBe(16);
    expect(new Client(new Stage()).allocate([empty]).code).toBe(405);
    const plain = new Client(new Stage());
    plain.relayed();
    expect(plain.refresh(600, [empty]).code).toBe(405);
    expect(plain.refresh(600).code).toBe(0);
    const elsewhere = new Client(plain.stage, { at: newAddress });
    expect(elsewhere.refresh(600, [{ name: 'MOBILITY-TICKET', value: new Uint8Array(16) }]).code).toBe(405);
  });

  it('one that is not empty is 400 in Allocate', () => {
    const { stage } = visit();
    const client = new Client(stage, { at: { ...clientAt, port: 3 } });
    expect(client.allocate([{ name: 'MOBILITY-TICKET', value: new Uint8Array(16) }]).code).toBe(400);
  });

  it('without asking there is none', () => {
    const stage = new Stage({ settings: { ...settings, mobility: true } });
    expect(valueIn(new Client(stage).allocate(), 'MOBILITY-TICKET')).toBeUndefined();
  });

  it('M03: an unknown one is 437, M04: another user’s is 441', () => {
    const { stage, moved, ticket } = visit();
    expect(moved.refresh(600, [{ name: 'MOBILITY-TICKET', value: new Uint8Array(16) }]).code).toBe(437);
    const thief = new Client(stage, { at: { ...newAddress, port: 4 }, user: bob });
    expect(thief.refresh(600, [ticket]).code).toBe(441);
  });
});

describe('moving', () => {
  it('M02: success with a new ticket; data go the old way until the new one is used, then only there', () => {
    const { stage, old, moved, ticket, relayed } = visit();
    const reply = moved.refresh(600, [ticket]);
    expect(reply).toMatchObject({ code: 0, sealed: 'valid' });
    expect(ticketIn(reply)).not.toEqual(ticket);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: old.at }]);
    expect(old.channelData(0x4000, text('still here'))).toMatchObject([{ to: peerAt }]);
    expect(moved.channelData(0x4000, text('now here'))).toMatchObject([{ to: peerAt }]);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: newAddress }]);
    expect(old.channelData(0x4000, text('too late'))).toEqual([]);
    expect(old.refresh(600).code).toBe(437);
    expect(stage.events.some((event) => event.kind === 'moved')).toBe(true);
  });

  it.each<[string, (client: Client) => void]>([
    ['Send', (client) => void client.indicate(peerAt, text('x'))],
    ['CreatePermission', (client) => void client.permit(peerAt)],
    ['Refresh', (client) => void client.refresh(600)],
  ])('M02: %s on the new path settles it', (_name, use) => {
    const { stage, moved, ticket, relayed } = visit();
    moved.refresh(600, [ticket]);
    use(moved);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: newAddress }]);
  });

  it('the Refresh again gets the same answer and settles nothing', () => {
    const { stage, old, moved, ticket, relayed } = visit();
    moved.login();
    const bytes = moved.dressed(methods.refresh, [{ name: 'LIFETIME', value: 600 }, ticket]);
    const first = moved.exchange(bytes);
    expect(moved.exchange(bytes)?.bytes).toEqual(first?.bytes);
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: old.at }]);
  });

  it('M05: a ticket works once, chained moves leave one path and one allocation', () => {
    const { stage, ticket, relayed } = visit();
    let current = ticket;
    for (let i = 0; i < 20; i += 1) {
      const client = new Client(stage, { at: { ...newAddress, port: 20_000 + i } });
      const reply = client.refresh(600, [current]);
      expect(reply.code).toBe(0);
      current = ticketIn(reply);
    }
    expect(new Client(stage, { at: { ...newAddress, port: 5 } }).refresh(600, [ticket]).code).toBe(437);
    const last = new Client(stage, { at: { ...newAddress, port: 20_019 } });
    last.channelData(0x4000, text('x'));
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: last.at }]);
    expect(stage.server.census).toMatchObject({ allocations: 1, users: 1 });
    expect(new Client(stage, { at: { ...newAddress, port: 20_005 } }).refresh(600).code).toBe(437);
    last.refresh(0);
    expect(stage.server.census).toMatchObject({ allocations: 0, users: 0 });
  });

  it('LIFETIME 0 with a ticket ends the allocation from the new address', () => {
    const { stage, moved, ticket } = visit();
    expect(moved.refresh(0, [ticket]).code).toBe(0);
    expect(stage.open.size).toBe(0);
  });

  it('the new five-tuple cannot allocate: it has an allocation', () => {
    const { moved, ticket } = visit();
    moved.refresh(600, [ticket]);
    expect(moved.ask(methods.allocate, [transportUdp]).code).toBe(437);
  });
});

describe('streams', () => {
  it('an allocation with a ticket outlives its stream and is taken over from another one', () => {
    const { stage, moved, ticket, relayed } = visit('tcp:0:1');
    stage.input({ kind: 'closed', socket: 'tcp:0:1' });
    expect(stage.server.census.allocations).toBe(1);
    expect(moved.refresh(600, [ticket]).code).toBe(0);
    moved.channelData(0x4000, text('x'));
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: newAddress }]);
  });

  it('nobody comes back: it ends with its lifetime', () => {
    const { stage } = visit('tcp:0:1');
    stage.input({ kind: 'closed', socket: 'tcp:0:1' });
    stage.pass(600_000);
    expect(stage.server.census.allocations).toBe(0);
    expect(stage.open.size).toBe(0);
  });

  it('once the new path is used, the old stream is closed', () => {
    const { stage, moved, ticket } = visit('tcp:0:1');
    moved.refresh(600, [ticket]);
    expect(stage.closed).toEqual([]);
    moved.channelData(0x4000, text('x'));
    expect(stage.closed).toEqual(['tcp:0:1']);
  });

  it('a new stream that closes before it is used changes nothing', () => {
    const { stage, old, ticket, relayed } = visit();
    const onStream = new Client(stage, { at: newAddress, socket: 'tcp:0:9' });
    onStream.refresh(600, [ticket]);
    stage.input({ kind: 'closed', socket: 'tcp:0:9' });
    expect(stage.fromPeer(peerAt, relayed, text('x'))).toMatchObject([{ to: old.at }]);
    expect(old.refresh(600).code).toBe(0);
  });
});
