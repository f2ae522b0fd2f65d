/** Allocations from birth to death: rows L01–L27 of the checklist that a server can be held to. */
import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../../../stun/index.ts';
import { methods } from '../../../../stun/index.ts';
import {
  Client,
  clientAt,
  nextId,
  realm,
  relayAddress,
  relayAddress6,
  Stage,
  settings,
  transportUdp,
  valueIn,
} from './stage.ts';

const lifetimes = [
  [undefined, 600],
  [0, 600],
  [1, 600],
  [600, 600],
  [1800, 1800],
  [3600, 3600],
  [7200, 3600],
  [0xffff_ffff, 3600],
] as const;

describe('Allocate', () => {
  it.each(lifetimes)('L01: LIFETIME %s is granted as %i', (asked, granted) => {
    const attributes: Attribute[] = asked === undefined ? [] : [{ name: 'LIFETIME', value: asked }];
    expect(valueIn(new Client(new Stage()).allocate(attributes), 'LIFETIME')).toBe(granted);
  });

  it('L02: REQUESTED-TRANSPORT missing or unreadable is 400', () => {
    const client = new Client(new Stage());
    expect(client.ask(methods.allocate, []).code).toBe(400);
    const short: Attribute = { name: 'unknown', type: 0x0019, bytes: Uint8Array.of(17) };
    expect(client.ask(methods.allocate, [short]).code).toBe(400);
  });

  it.each([0, 1, 6, 132, 255])('L03: transport %i is 442', (value) => {
    const client = new Client(new Stage());
    expect(client.ask(methods.allocate, [{ name: 'REQUESTED-TRANSPORT', value }]).code).toBe(442);
  });

  it('L04: XOR-RELAYED-ADDRESS is the external address, XOR-MAPPED-ADDRESS the client’s', () => {
    const relays = [{ local: '10.0.0.5', external: '203.0.113.9' }];
    const stage = new Stage({ relays });
    const reply = new Client(stage).allocate();
    expect(valueIn(reply, 'XOR-RELAYED-ADDRESS')?.address).toBe('203.0.113.9');
    expect([...stage.open.values()]).toEqual([
      { address: '10.0.0.5', port: valueIn(reply, 'XOR-RELAYED-ADDRESS')?.port },
    ]);
    expect(valueIn(reply, 'XOR-MAPPED-ADDRESS')).toEqual(clientAt);
  });

  it('L06, L07: twenty relay ports lie in the range, are all different and do not count up', () => {
    const stage = new Stage({ settings: { ...settings, quota: { ...settings.quota, perUser: 20 } } });
    const ports = Array.from(
      { length: 20 },
      (_, i) => new Client(stage, { at: { ...clientAt, port: 41_000 + i } }).relayed().port,
    );
    expect(new Set(ports).size).toBe(20);
    expect(ports.every((port) => port >= 50_000 && port <= 50_999)).toBe(true);
    const steps = new Set(ports.slice(1).map((port, i) => port - (ports[i] ?? 0)));
    expect(steps.size).toBeGreaterThan(10);
  });

  it('L08: the same request again gets the same answer and no second allocation', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.login();
    const bytes = client.dressed(methods.allocate, [transportUdp], { id: nextId() });
    const first = client.exchange(bytes);
    const again = client.exchange(bytes);
    expect(first?.code).toBe(0);
    expect(again?.bytes).toEqual(first?.bytes);
    expect(stage.open.size).toBe(1);
  });

  it('L08: a retransmission that comes while the sockets are being opened waits for the one answer', () => {
    const stage = new Stage();
    stage.opens = false;
    const client = new Client(stage);
    client.login();
    const bytes = client.dressed(methods.allocate, [transportUdp], { id: nextId() });
    expect(client.exchange(bytes)).toBeNull();
    expect(client.exchange(bytes)).toBeNull();
    expect(stage.ignored.at(-1)).toContain('being made');
    const sent = stage.sends(() =>
      stage.input({ kind: 'opened', socket: 'relay:1', local: { address: relayAddress, port: 50_500 } }),
    );
    expect(sent).toHaveLength(1);
  });

  it('L09: a second Allocate on the five-tuple is 437, sealed', () => {
    const client = new Client(new Stage());
    client.relayed();
    expect(client.allocate()).toMatchObject({ code: 437, sealed: 'valid' });
  });

  it('tries other ports where another program holds the first ones', () => {
    const stage = new Stage({ ports: { first: 50_000, last: 50_005 } });
    for (const port of [50_000, 50_001, 50_002]) stage.busy.add(port);
    expect(new Client(stage).relayed().port).toBeGreaterThanOrEqual(50_003);
    expect(stage.open.size).toBe(1);
  });

  it('is 508 when no port can be bound, and takes none away', () => {
    const stage = new Stage({ ports: { first: 50_000, last: 50_003 } });
    for (let port = 50_000; port <= 50_003; port += 1) stage.busy.add(port);
    const client = new Client(stage);
    expect(client.allocate()).toMatchObject({ code: 508, sealed: 'valid' });
    stage.busy.clear();
    expect(client.allocate().code).toBe(0);
    expect(stage.server.census.allocations).toBe(1);
  });
});

describe('EVEN-PORT and reservations', () => {
  const even = (reserve: boolean): Attribute => ({ name: 'EVEN-PORT', value: { reserve } });
  const second = (stage: Stage): Client => new Client(stage, { at: { ...clientAt, port: 40_001 } });

  it('L10: R=0 gives an even port', () => {
    for (let seed = 0; seed < 8; seed += 1) {
      const relayed = new Client(new Stage(), { at: { ...clientAt, port: 40_000 + seed } }).relayed([
        even(false),
      ]);
      expect(relayed.port % 2).toBe(0);
    }
  });

  it('L10: R=1 gives an even port and a token for the next one, good for 30 s', () => {
    const stage = new Stage();
    const reply = new Client(stage).allocate([even(true)]);
    const value = valueIn(reply, 'RESERVATION-TOKEN') ?? new Uint8Array(8);
    const first = valueIn(reply, 'XOR-RELAYED-ADDRESS')?.port ?? 1;
    expect(first % 2).toBe(0);
    stage.pass(29_999);
    const next = second(stage).relayed([{ name: 'RESERVATION-TOKEN', value }]);
    expect(next.port).toBe(first + 1);
  });

  it('L11: a token that is made up, used, run out or another user’s is 508', () => {
    const stage = new Stage();
    const token: Attribute = { name: 'RESERVATION-TOKEN', value: new Uint8Array(8).fill(9) };
    expect(new Client(stage).allocate([token]).code).toBe(508);
    const value = valueIn(new Client(stage).allocate([even(true)]), 'RESERVATION-TOKEN') ?? new Uint8Array(8);
    const real: Attribute = { name: 'RESERVATION-TOKEN', value };
    const other = { username: 'bob', password: 'builder-77' };
    const thief = new Client(stage, { at: { ...clientAt, port: 40_002 }, user: other });
    expect(thief.allocate([real]).code).toBe(508);
    expect(second(stage).allocate([real]).code).toBe(0);
    expect(new Client(stage, { at: { ...clientAt, port: 40_003 } }).allocate([real]).code).toBe(508);
    const late = valueIn(
      new Client(stage, { at: { ...clientAt, port: 40_004 } }).allocate([even(true)]),
      'RESERVATION-TOKEN',
    );
    stage.pass(30_000);
    const lost: Attribute = { name: 'RESERVATION-TOKEN', value: late ?? new Uint8Array(8) };
    expect(new Client(stage, { at: { ...clientAt, port: 40_005 } }).allocate([lost]).code).toBe(508);
    expect(stage.server.census.reservations).toBe(0);
  });

  it.each<[string, Attribute]>([
    ['EVEN-PORT', even(false)],
    ['REQUESTED-ADDRESS-FAMILY', { name: 'REQUESTED-ADDRESS-FAMILY', value: 'ipv4' }],
    ['ADDITIONAL-ADDRESS-FAMILY', { name: 'ADDITIONAL-ADDRESS-FAMILY', value: 'ipv6' }],
  ])('L12: a token with %s is 400', (_name, attribute) => {
    const token: Attribute = { name: 'RESERVATION-TOKEN', value: new Uint8Array(8) };
    expect(new Client(new Stage()).allocate([token, attribute]).code).toBe(400);
  });

  it('L13: allocating and freeing even ports and pairs a hundred times takes no port away', () => {
    const stage = new Stage({ ports: { first: 50_000, last: 50_003 } });
    const client = new Client(stage);
    for (let round = 0; round < 100; round += 1) {
      expect(client.allocate([even(round % 2 === 0)]).code).toBe(0);
      expect(client.refresh(0).code).toBe(0);
      stage.pass(30_000);
    }
    expect(stage.open.size).toBe(0);
  });

  it('a pair that cannot be had is 508', () => {
    const stage = new Stage({ ports: { first: 50_001, last: 50_002 } });
    expect(new Client(stage).allocate([even(true)]).code).toBe(508);
  });
});

describe('address families', () => {
  const requested = (value: 'ipv4' | 'ipv6'): Attribute => ({ name: 'REQUESTED-ADDRESS-FAMILY', value });
  const additional = (value: 'ipv4' | 'ipv6'): Attribute => ({ name: 'ADDITIONAL-ADDRESS-FAMILY', value });
  const relayedAll = (reply: ReturnType<Client['allocate']>): string[] =>
    reply.message.attributes.flatMap((a) => (a.name === 'XOR-RELAYED-ADDRESS' ? [a.value.address] : []));

  it('L14: REQUESTED-ADDRESS-FAMILY is obeyed, and an unknown one is 440', () => {
    expect(new Client(new Stage()).relayed([requested('ipv4')]).address).toBe(relayAddress);
    expect(new Client(new Stage()).relayed([requested('ipv6')]).address).toBe(relayAddress6);
    const third: Attribute = { name: 'unknown', type: 0x0017, bytes: Uint8Array.of(3, 0, 0, 0) };
    expect(new Client(new Stage()).allocate([third]).code).toBe(440);
  });

  it('L14: a family that the server does not relay is 440', () => {
    const relays = [{ local: relayAddress, external: relayAddress }];
    expect(new Client(new Stage({ relays })).allocate([requested('ipv6')]).code).toBe(440);
    const six = [{ local: relayAddress6, external: relayAddress6 }];
    expect(new Client(new Stage({ relays: six })).allocate().code).toBe(440);
  });

  it('V02: without a wish it is IPv4, also for a client that came over IPv6 (V01)', () => {
    const over6 = { at: { address: '2606:4700::2', port: 40_000 }, socket: 'udp:6:PP' };
    expect(new Client(new Stage(), over6).relayed().address).toBe(relayAddress);
  });

  it('L15: ADDITIONAL-ADDRESS-FAMILY IPv6 gives two relayed addresses', () => {
    expect(relayedAll(new Client(new Stage()).allocate([additional('ipv6')]))).toEqual([
      relayAddress,
      relayAddress6,
    ]);
  });

  it('L15: where one of two families fails, the answer says which and why', () => {
    const relays = [{ local: relayAddress, external: relayAddress }];
    const reply = new Client(new Stage({ relays })).allocate([additional('ipv6')]);
    expect(relayedAll(reply)).toEqual([relayAddress]);
    expect(valueIn(reply, 'ADDRESS-ERROR-CODE')).toMatchObject({ family: 'ipv6', code: 440 });
  });

  it.each<[string, Attribute[]]>([
    ['ADDITIONAL IPv4', [additional('ipv4')]],
    ['REQUESTED and ADDITIONAL', [requested('ipv6'), additional('ipv6')]],
    [
      'EVEN-PORT with R and ADDITIONAL',
      [{ name: 'EVEN-PORT', value: { reserve: true } }, additional('ipv6')],
    ],
  ])('L16: %s is 400', (_name, attributes) => {
    expect(new Client(new Stage()).allocate(attributes).code).toBe(400);
  });

  it('L18: Refresh with a family ends or renews that one alone; L20: another family is 443', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.allocate([additional('ipv6')]);
    expect(client.refresh(0, [requested('ipv4')]).code).toBe(0);
    expect([...stage.open.values()].map(({ address }) => address)).toEqual([relayAddress6]);
    expect(client.refresh(600, [requested('ipv4')]).code).toBe(443);
    expect(client.refresh(3600, [requested('ipv6')]).code).toBe(0);
    stage.pass(3_599_999);
    expect(stage.server.census.allocations).toBe(1);
    stage.pass(1);
    expect(stage.server.census.allocations).toBe(0);
  });
});

describe('the life of an allocation', () => {
  it('L17: DONT-FRAGMENT is 420 that names it', () => {
    const reply = new Client(new Stage()).allocate([{ name: 'DONT-FRAGMENT', value: true }]);
    expect(reply.code).toBe(420);
    expect(valueIn(reply, 'UNKNOWN-ATTRIBUTES')).toEqual([0x001a]);
  });

  it.each(lifetimes.filter(([asked]) => asked !== 0))(
    'L18: Refresh %s is granted as %i',
    (asked, granted) => {
      const client = new Client(new Stage());
      client.relayed();
      expect(valueIn(client.refresh(asked), 'LIFETIME')).toBe(granted);
    },
  );

  it('L18, L21: LIFETIME 0 ends it at once, the port is closed, and the five-tuple can be used again at once', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    const reply = client.refresh(0);
    expect([reply.code, valueIn(reply, 'LIFETIME'), reply.sealed]).toEqual([0, 0, 'valid']);
    expect(stage.open.size).toBe(0);
    expect(client.refresh(0).code).toBe(437);
    expect(client.allocate().code).toBe(0);
    expect(stage.events.map(({ kind }) => kind).filter((kind) => kind === 'released')).toHaveLength(1);
  });

  it('L18: LIFETIME 0 whose answer was lost is answered again for 40 s, although nothing is left to end', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    const bytes = client.dressed(methods.refresh, [{ name: 'LIFETIME', value: 0 }]);
    expect(client.exchange(bytes)?.code).toBe(0);
    stage.pass(39_999);
    expect(client.exchange(bytes)).toMatchObject({ code: 0, sealed: 'valid' });
    stage.pass(1);
    expect(client.exchange(bytes)?.code).toBe(437);
  });

  it.each([
    ['Refresh', methods.refresh],
    ['CreatePermission', methods.createPermission],
    ['ChannelBind', methods.channelBind],
  ])('L19, L27: %s without an allocation is 437, sealed', (_name, method) => {
    expect(new Client(new Stage()).ask(method, [])).toMatchObject({ code: 437, sealed: 'valid' });
  });

  it('L22: it ends when its lifetime does, not a millisecond earlier', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    stage.pass(599_999);
    expect(stage.open.size).toBe(1);
    stage.pass(1);
    expect(stage.open.size).toBe(0);
    expect(stage.events.at(-1)).toMatchObject({ kind: 'released', reason: 'expired', lifetimeMs: 600_000 });
    client.login();
    expect(client.refresh(600).code).toBe(437);
  });

  it('a Refresh moves the end', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    stage.pass(500_000);
    expect(client.refresh().code).toBe(0);
    stage.pass(599_999);
    expect(stage.server.census.allocations).toBe(1);
    stage.pass(1);
    expect(stage.server.census.allocations).toBe(0);
  });
});

describe('quotas', () => {
  const quota = { perUser: 2, total: 3, bandwidth: null };
  const crowd = (stage: Stage, count: number, username = 'alice', password = 'wonderland-42'): number[] =>
    Array.from(
      { length: count },
      (_, i) =>
        new Client(stage, {
          at: { ...clientAt, port: 30_000 + i + username.length * 1000 },
          user: { username, password },
        }).allocate().code,
    );

  it('L23, L24: one more than a user may have is 486, and another user is not concerned', () => {
    const stage = new Stage({ settings: { ...settings, quota } });
    expect(crowd(stage, 3)).toEqual([0, 0, 486]);
    expect(crowd(stage, 1, 'bob', 'builder-77')).toEqual([0]);
  });

  it('one more than the server may have is 508', () => {
    const stage = new Stage({ settings: { ...settings, quota: { ...quota, perUser: 10 } } });
    expect(crowd(stage, 4)).toEqual([0, 0, 0, 508]);
  });

  it('L25: a range that is used up is 508, and the next one that is freed serves again', () => {
    const stage = new Stage({ ports: { first: 50_000, last: 50_001 } });
    expect(crowd(stage, 3)).toEqual([0, 0, 508]);
    new Client(stage, { at: { ...clientAt, port: 35_000 } }).refresh(0);
    expect(new Client(stage, { at: { ...clientAt, port: 34_000 } }).allocate().code).toBe(0);
  });
});

describe('redirection', () => {
  const servers = [
    { address: '203.0.113.50', port: 3478 },
    { address: '2001:db8::50', port: 3478 },
  ];

  it('L26: 300 comes after the login, sealed, with a server of the client’s family', () => {
    const stage = new Stage({ settings: { ...settings, redirect: { servers, when: 'always' } } });
    const reply = new Client(stage).allocate();
    expect(reply).toMatchObject({ code: 300, sealed: 'valid' });
    expect(valueIn(reply, 'ALTERNATE-SERVER')).toEqual(servers[0]);
    const over6 = new Client(stage, { at: { address: '2606:4700::2', port: 40_000 }, socket: 'udp:6:PP' });
    expect(valueIn(over6.allocate(), 'ALTERNATE-SERVER')).toEqual(servers[1]);
  });

  it('L26: with "full" only when there is no room', () => {
    const quota = { perUser: 10, total: 1, bandwidth: null };
    const stage = new Stage({ settings: { ...settings, quota, redirect: { servers, when: 'full' } } });
    expect(new Client(stage).allocate().code).toBe(0);
    expect(new Client(stage, { at: { ...clientAt, port: 40_001 } }).allocate().code).toBe(300);
  });

  it('a draining server takes no new allocation and keeps the old ones', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    stage.server.drain();
    expect(new Client(stage, { at: { ...clientAt, port: 40_001 } }).allocate().code).toBe(508);
    expect(client.refresh(600).code).toBe(0);
  });

  it('a stopping server closes every socket and tells of every allocation', () => {
    const stage = new Stage();
    new Client(stage).allocate([{ name: 'EVEN-PORT', value: { reserve: true } }]);
    expect(stage.open.size).toBe(2);
    stage.take(stage.server.stop(stage.nowMs));
    expect(stage.open.size).toBe(0);
    expect(stage.events.at(-1)).toMatchObject({ kind: 'released', reason: 'stopped' });
    expect(stage.server.isFinished()).toBe(true);
  });

  it('new settings hold for the next request: a user who is gone cannot renew', () => {
    const stage = new Stage();
    const client = new Client(stage);
    client.relayed();
    stage.server.reconfigure({ ...settings, accounts: { realm, users: { bob: 'builder-77' }, secrets: [] } });
    expect(client.refresh(600).code).toBe(401);
    expect(stage.server.census.allocations).toBe(1);
  });
});
