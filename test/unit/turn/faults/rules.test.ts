import { describe, expect, it } from 'vitest';
import { decodeMessage, getAttribute, methods } from '../../../../stun/index.ts';
import {
  Client,
  clientAt,
  peerAt,
  peerAttribute,
  relayAddress,
  serverAddress,
  settings,
  text,
  transportUdp,
  udp,
  valueIn,
} from '../server/stage.ts';
import { FaultyStage } from './stage.ts';

const drop = { on: 'incoming', do: 'drop' } as const;

/** Which of so many requests were answered, by number from 1. */
function answered(client: Client, count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1).filter(
    () => client.send(client.dressed(methods.binding, [], { bare: true })).length > 0,
  );
}

describe('without rules', () => {
  it('everything is as with the server itself', () => {
    const stage = new FaultyStage();
    const client = new Client(stage);
    expect(client.allocate().code).toBe(0);
    expect(client.refresh(0).code).toBe(0);
    expect(stage.faults).toEqual([]);
  });
});

describe('what a rule fits', () => {
  it.each([
    ['one by number', { nth: 2 }, [1, 3, 4, 5, 6]],
    ['a range', { nth: { from: 2, to: 4 } }, [1, 5, 6]],
    ['every second', { nth: { from: 1, every: 2 } }, [2, 4, 6]],
    ['another method', { method: 'allocate' }, [1, 2, 3, 4, 5, 6]],
    ['a list of methods', { method: ['allocate', 'binding'] }, []],
    ['this client', { client: clientAt.address }, []],
    ['this client’s port', { client: `${clientAt.address}:${clientAt.port}` }, []],
    ['another port', { client: `${clientAt.address}:9` }, [1, 2, 3, 4, 5, 6]],
    ['this server', { server: `${serverAddress}:3478` }, []],
    ['another transport', { transport: 'tcp' }, [1, 2, 3, 4, 5, 6]],
    ['short messages', { longerThan: 20 }, [1, 2, 3, 4, 5, 6]],
    ['an attribute that is missing', { lacks: 'USERNAME' }, []],
    ['an attribute that is not there', { has: 'USERNAME' }, [1, 2, 3, 4, 5, 6]],
  ] as const)('%s', (_what, match, passed) => {
    const stage = new FaultyStage([{ ...drop, match: structuredClone(match) as never }]);
    expect(answered(new Client(stage), 6)).toEqual(passed);
    expect(stage.faults).toHaveLength(6 - passed.length);
  });

  it('counts each client by itself, or all together', () => {
    const other = { address: '93.184.216.35', port: 1000 };
    const each = new FaultyStage([{ ...drop, match: { nth: 1 } }]);
    expect(answered(new Client(each), 2)).toEqual([2]);
    expect(answered(new Client(each, { at: other }), 2)).toEqual([2]);
    const all = new FaultyStage([{ ...drop, match: { nth: 1, per: 'server' } }]);
    expect(answered(new Client(all), 2)).toEqual([2]);
    expect(answered(new Client(all, { at: other }), 2)).toEqual([1, 2]);
  });

  it('draws with the seed: a share, and the same in every run', () => {
    const run = (): number[] =>
      answered(new Client(new FaultyStage([{ ...drop, match: { chance: 0.3 } }])), 200);
    const passed = run();
    expect(passed.length).toBeGreaterThan(110);
    expect(passed.length).toBeLessThan(170);
    expect(run()).toEqual(passed);
  });

  it('a window, again and again', () => {
    const stage = new FaultyStage([
      { ...drop, match: { window: { fromSec: 10, everySec: 5, forSec: 2, untilSec: 20 } } },
    ]);
    const client = new Client(stage);
    const passed = Array.from({ length: 22 }, (_, sec) => sec).filter(() => {
      const here = answered(client, 1).length > 0;
      stage.pass(1000);
      return here;
    });
    expect(Array.from({ length: 22 }, (_, sec) => sec).filter((sec) => !passed.includes(sec))).toEqual([
      10, 11, 15, 16,
    ]);
  });

  it('a window since the allocation of each client', () => {
    const stage = new FaultyStage([{ ...drop, match: { window: { fromSec: 5, since: 'allocation' } } }]);
    const client = new Client(stage);
    stage.pass(60_000);
    client.allocate();
    expect(answered(client, 1)).toEqual([1]);
    stage.pass(5000);
    expect(answered(client, 1)).toEqual([]);
    expect(answered(new Client(stage, { at: { address: '93.184.216.35', port: 1 } }), 1)).toEqual([1]);
  });

  it('the user, once it has logged in, and the peer', () => {
    const stage = new FaultyStage([
      { on: 'incoming', match: { user: 'alice', method: 'refresh' }, do: { kind: 'answer', code: 441 } },
      { on: 'incoming', match: { peer: 'own-relay' }, do: 'drop' },
    ]);
    const alice = new Client(stage);
    alice.relayed();
    expect(alice.refresh().code).toBe(441);
    alice.permit(peerAt);
    expect(() => alice.permit({ address: relayAddress, port: 50_001 })).toThrow(
      'no answer: kept back by a fault',
    );
  });
});

describe('changing the rules', () => {
  it('begins counters and clock anew, and what was delayed still arrives', () => {
    const stage = new FaultyStage([{ on: 'outgoing', do: { kind: 'delay', ms: 500 } }]);
    const client = new Client(stage);
    expect(answered(client, 1)).toEqual([]);
    stage.set([{ ...drop, match: { nth: 2 } }]);
    expect(stage.sends(() => stage.pass(500))).toHaveLength(1);
    expect(answered(client, 3)).toEqual([1, 3]);
    expect(stage.faulty.tallies).toEqual([{ name: 'rule', strikes: 1 }]);
    stage.set([]);
    expect(answered(client, 3)).toEqual([1, 2, 3]);
  });

  it('tells who was struck by what', () => {
    const stage = new FaultyStage(['quota-reached']);
    const client = new Client(stage);
    const { code, sealed } = client.allocate();
    expect({ code, sealed }).toEqual({ code: 486, sealed: 'valid' });
    expect(stage.faults).toEqual([
      {
        kind: 'fault',
        rule: 'quota-reached',
        on: 'incoming',
        actions: ['answer'],
        client: clientAt,
        transport: 'udp',
        username: 'alice',
        method: 'allocate',
      },
    ]);
  });
});

describe('a login that a rule answers', () => {
  it('438 brings a nonce that the server takes, a different one each time', () => {
    const stage = new FaultyStage([
      { on: 'incoming', match: { has: 'NONCE', nth: { to: 3 } }, do: { kind: 'challenge', code: 438 } },
    ]);
    const client = new Client(stage);
    client.login();
    const nonces = Array.from({ length: 3 }, () => {
      const reply = client.allocate([], { keepStale: true });
      expect(reply.code).toBe(438);
      client.nonce = valueIn(reply, 'NONCE') ?? '';
      return client.nonce;
    });
    expect(new Set(nonces).size).toBe(3);
    expect(client.allocate([], { keepStale: true }).code).toBe(0);
  });

  it('420 for a request that is sealed both ways', () => {
    const stage = new FaultyStage(['sealed-both-ways']);
    const client = new Client(stage);
    client.login();
    const change = { name: 'MESSAGE-INTEGRITY', value: new Uint8Array(20) } as const;
    const opaque = { name: 'unknown', type: 0x0008, bytes: change.value } as const;
    const reply = client.allocate([], {
      algorithm: 'sha256',
      change: (attributes) => [...attributes, opaque],
    });
    expect(reply.code).toBe(420);
    expect(valueIn(reply, 'UNKNOWN-ATTRIBUTES')).toEqual([0x001c]);
  });
});

describe('a new process', () => {
  it('knows neither allocations nor nonces', () => {
    const stage = new FaultyStage([
      { on: 'time', match: { window: { fromSec: 60 } }, do: { kind: 'restart' } },
    ]);
    const client = new Client(stage);
    client.relayed();
    const before = client.nonce;
    stage.pass(60_000);
    expect(stage.faulty.census.allocations).toBe(0);
    expect(stage.open.size).toBe(0);
    expect(client.refresh().code).toBe(437);
    expect(client.nonce).not.toBe(before);
    expect(client.allocate().code).toBe(0);
    expect(stage.events.filter(({ kind }) => kind === 'released')).toMatchObject([{ reason: 'stopped' }]);
  });
});

describe('data', () => {
  it('a client’s ChannelData can be delayed over a stream and arrives whole', () => {
    const stage = new FaultyStage([
      { on: 'incoming', match: { method: 'channel-data' }, do: { kind: 'delay', ms: 100 } },
    ]);
    const client = new Client(stage, { socket: 'tcp:0:1' });
    client.relayed();
    client.bind(0x4001, peerAt);
    expect(client.channelData(0x4001, text('hello'))).toEqual([]);
    const sent = stage.sends(() => stage.pass(100));
    expect(sent.map(({ to, bytes }) => [to, new TextDecoder().decode(bytes)])).toEqual([[peerAt, 'hello']]);
  });

  it('a packet that is overtaken comes after the next', () => {
    const stage = new FaultyStage([
      { on: 'outgoing', match: { method: 'data', nth: 1 }, do: { kind: 'overtaken', by: 1, atMostMs: 1000 } },
    ]);
    const client = new Client(stage);
    const relayed = client.relayed();
    client.permit(peerAt);
    expect(stage.fromPeer(peerAt, relayed, text('one'))).toEqual([]);
    const order = stage
      .fromPeer(peerAt, relayed, text('two'))
      .map(({ bytes }) => new TextDecoder().decode(bytes.slice(-4, -1)));
    expect(order).toEqual(['two', 'one']);
  });

  it('a thin line with a queue delays, without one it drops', () => {
    for (const [queue, passed] of [
      [{ queueMs: 10_000 }, 20],
      [{}, 11],
    ] as const) {
      const stage = new FaultyStage([
        {
          on: 'outgoing',
          match: { method: 'data' },
          do: { kind: 'throttle', bytesPerSecond: 1360, ...queue },
        },
      ]);
      const client = new Client(stage);
      const relayed = client.relayed();
      client.permit(peerAt);
      // 100 bytes of payload make a Data indication of 136.
      const sent = stage.sends(() => {
        for (let i = 0; i < 20; i += 1) stage.fromPeer(peerAt, relayed, new Uint8Array(100));
        stage.pass(3000);
      });
      expect(sent).toHaveLength(passed);
    }
  });
});

it('what a TCP connection through the relay carries is no message, and passes (RFC 6062 s5.4)', () => {
  const stage = new FaultyStage(['requests-twice'], { settings: { ...settings, tcpRelay: true } });
  stage.set([{ on: 'incoming', match: { method: 'channel-data' }, do: 'drop' }]);
  const client = new Client(stage, { socket: 'tcp:0:1' });
  client.ask(methods.allocate, [{ name: 'REQUESTED-TRANSPORT', value: 6 }]);
  client.send(client.dressed(methods.connect, [peerAttribute(peerAt)]));
  const towardsPeer = stage.dials.at(-1)?.socket ?? '';
  const [answer] = stage.sends(() =>
    stage.input({ kind: 'opened', socket: towardsPeer, local: { address: relayAddress, port: 50_000 } }),
  );
  const connect = decodeMessage(answer?.bytes ?? new Uint8Array(0));
  const id = connect.ok ? getAttribute(connect.message, 'CONNECTION-ID') : undefined;
  const carrier = new Client(stage, { socket: 'tcp:0:2', at: { ...clientAt, port: 40_001 } });
  expect(carrier.ask(methods.connectionBind, [{ name: 'CONNECTION-ID', value: id ?? 0 }]).code).toBe(0);
  // The first half of a header: as a message it would wait for the rest.
  const bytes = Uint8Array.of(0, 1, 0, 0);
  expect(carrier.send(bytes)).toMatchObject([{ socket: towardsPeer, bytes }]);
});

describe('an edited answer', () => {
  const allocated = { on: 'outgoing', match: { method: 'allocate', class: 'success' } } as const;

  it('is sealed again', () => {
    const stage = new FaultyStage([
      { ...allocated, do: { kind: 'edit', set: { LIFETIME: 7 }, remove: ['XOR-MAPPED-ADDRESS'] } },
    ]);
    const reply = new Client(stage).allocate();
    expect(reply.sealed).toBe('valid');
    expect(valueIn(reply, 'LIFETIME')).toBe(7);
    expect(valueIn(reply, 'XOR-MAPPED-ADDRESS')).toBeUndefined();
  });

  it('carries what stands behind the integrity without breaking it', () => {
    const stage = new FaultyStage([
      { ...allocated, do: { kind: 'edit', remove: ['LIFETIME'], afterIntegrity: { LIFETIME: 1 } } },
    ]);
    const reply = new Client(stage).allocate([], { fingerprint: true });
    expect(reply.sealed).toBe('valid');
    expect(reply.message.attributes.map(({ name }) => name).slice(-3)).toEqual([
      'MESSAGE-INTEGRITY',
      'LIFETIME',
      'FINGERPRINT',
    ]);
    expect(getAttribute(reply.message, 'LIFETIME')).toBeUndefined();
  });

  it('goes out before the true one', () => {
    const stage = new FaultyStage([{ ...allocated, do: { kind: 'precede', integrity: 'wrong' } }]);
    const client = new Client(stage);
    client.login();
    const sent = client.send(client.dressed(methods.allocate, [transportUdp]));
    expect(sent.filter(({ socket }) => socket === udp)).toHaveLength(2);
  });
});
