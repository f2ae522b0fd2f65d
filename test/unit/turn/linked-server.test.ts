/** The link as an attacker sees it: what is forged, recorded, bent or out of place moves nothing. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { seededBytes } from '../../../scenarios/sim/seeded-random.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import {
  type Attribute,
  decodeMessage,
  type Effect,
  encodeMessage,
  getAttribute,
  methods,
} from '../../../stun/index.ts';
import { sessionKey } from '../../../turn/server/link-keys.ts';
import { counterId, encodeLinkFrame, isLinkFrame, linkMethods } from '../../../turn/server/link-wire.ts';
import { LinkedServer } from '../../../turn/server/linked-server.ts';
import { ReplayWindow } from '../../../turn/server/replay-window.ts';

const secret = 'a secret that both nodes hold, long enough';
const at = (address: string, port = 3478): Endpoint => ({ address, port });
const one = { PP: at('203.0.113.10'), PA: at('203.0.113.10', 3479) };
const two = { PP: at('203.0.113.20'), PA: at('203.0.113.20', 3479) };
const client = at('198.51.100.7', 40_000);

type Sent = Extract<Effect, { kind: 'send' }>;
const sends = (effects: readonly { kind: string }[]) => effects.filter((e) => e.kind === 'send') as Sent[];
const reasons = (effects: readonly { kind: string }[]) =>
  (effects.filter((e) => e.kind === 'ignore') as Extract<Effect, { kind: 'ignore' }>[]).map((e) => e.reason);

interface Options {
  readonly perSecond?: number;
  /** Default: {@link one} and {@link two}. */
  readonly nodes?: readonly [typeof one, typeof one];
}

function node(own: typeof one, peer: typeof one, seed: number, options: Options = {}): LinkedServer {
  const orderLimits = { perSecond: options.perSecond ?? 1000, burst: options.perSecond ?? 2000, sources: 1 };
  const random = seededBytes(seed);
  return new LinkedServer({
    streamsEverywhere: true,
    own,
    peer: { address: peer.PP.address, secret },
    random,
    software: 'x',
    orderLimits,
  });
}

/** Carries frames between the two nodes until neither has more to say; returns all of them. */
class Wire {
  readonly first: LinkedServer;
  readonly second: LinkedServer;
  readonly frames: { to: 'first' | 'second'; bytes: Uint8Array }[] = [];
  readonly nodes: readonly [typeof one, typeof one];
  nowMs = 0;

  constructor(options: Options = {}) {
    this.nodes = options.nodes ?? [one, two];
    const [a, b] = this.nodes;
    this.first = node(a, b, 1, options);
    this.second = node(b, a, 2, options);
    this.settle([...this.tick('first', 'start'), ...this.tick('second', 'start')]);
  }

  tick(name: 'first' | 'second', kind: 'start' | 'deadline'): { from: 'first' | 'second'; sent: Sent }[] {
    return sends(this[name].handle(this.nowMs, { kind })).map((sent) => ({ from: name, sent }));
  }

  settle(queue: { from: 'first' | 'second'; sent: Sent }[]): void {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const to = next.from === 'first' ? 'second' : 'first';
      if (!isLinkFrame(next.sent.bytes)) continue;
      this.frames.push({ to, bytes: next.sent.bytes });
      const answers = sends(this.deliver(to, next.sent.bytes));
      queue.push(...answers.map((sent) => ({ from: to, sent }) as const));
    }
  }

  /** Hands a datagram to a node as if the other one had sent it. */
  deliver(to: 'first' | 'second', bytes: Uint8Array, from = this.nodes[to === 'first' ? 1 : 0].PP) {
    return this[to].handle(this.nowMs, { kind: 'received', socket: 'PP', from, bytes });
  }

  /** A client's request to the first node; gives the order that the node sends to the second. */
  order(bytes: Uint8Array, socket: 'PP' | 'PA' = 'PP', from = client): Uint8Array {
    const [order] = sends(this.first.handle(this.nowMs, { kind: 'received', socket, from, bytes }));
    if (order === undefined || !isLinkFrame(order.bytes)) throw new Error('no order');
    expect(order).toMatchObject({ socket: 'PP', to: this.nodes[1].PP });
    return order.bytes;
  }
}

function request(
  change: { changeIp: boolean; changePort: boolean } | null,
  more: Attribute[] = [],
): Uint8Array {
  const attributes: Attribute[] =
    change === null ? more : [{ name: 'CHANGE-REQUEST', value: change }, ...more];
  return encodeMessage({
    method: methods.binding,
    class: 'request',
    transactionId: new Uint8Array(12),
    attributes,
  });
}
const changeBoth = request({ changeIp: true, changePort: true });
const changeIp = request({ changeIp: true, changePort: false });

let wire: Wire;
beforeEach(() => {
  wire = new Wire();
});

describe('an order', () => {
  it('is answered from the port that the change asks for, to the client and nobody else', () => {
    expect(wire.first.state).toBe('up');
    expect(sends(wire.deliver('second', wire.order(changeBoth)))).toMatchObject([
      { socket: 'PA', to: client },
    ]);
    expect(sends(wire.deliver('second', wire.order(changeIp)))).toMatchObject([{ socket: 'PP', to: client }]);
    expect(sends(wire.deliver('second', wire.order(changeIp, 'PA')))).toMatchObject([
      { socket: 'PA', to: client },
    ]);
  });

  it('yields at most twice the bytes of the request, IP and UDP headers counted', () => {
    const padded = request({ changeIp: true, changePort: true }, [
      { name: 'PADDING', value: new Uint8Array(600) },
    ]);
    for (const bytes of [changeBoth, padded]) {
      const [answer] = sends(wire.deliver('second', wire.order(bytes)));
      expect((answer?.bytes.length ?? 0) + 28).toBeLessThanOrEqual(2 * (bytes.length + 28));
    }
  });

  it('is given and carried out over IPv6 too, within the same bound', () => {
    const own = (address: string) => ({ PP: at(address), PA: at(address, 3479) });
    const nodes = [own('2001:db8::10'), own('2001:db8::20')] as const;
    const pair = new Wire({ nodes });
    const from = at('2001:db8:7::7', 40_000);
    const [answer] = sends(pair.deliver('second', pair.order(changeBoth, 'PP', from)));
    expect(answer).toMatchObject({ socket: 'PA', to: from });
    expect((answer?.bytes.length ?? 0) + 48).toBeLessThanOrEqual(2 * (changeBoth.length + 48));
  });

  it('is carried out once', () => {
    const order = wire.order(changeBoth);
    expect(sends(wire.deliver('second', order))).toHaveLength(1);
    expect(reasons(wire.deliver('second', order))).toEqual(['a frame that came before']);
  });

  it('is carried out also when a later one overtook it', () => {
    const [early, late] = [wire.order(changeBoth), wire.order(changeBoth)];
    expect(sends(wire.deliver('second', late))).toHaveLength(1);
    expect(sends(wire.deliver('second', early))).toHaveLength(1);
  });

  it('counts only from the other node’s own endpoint', () => {
    const order = wire.order(changeBoth);
    expect(reasons(wire.deliver('second', order, at('198.51.100.66')))).toEqual([
      'a link frame from another endpoint',
    ]);
  });

  it('is bounded in all, and per client', () => {
    const tight = new Wire({ perSecond: 3 });
    const answered = Array.from({ length: 8 }, () => tight.deliver('second', tight.order(changeBoth)));
    expect(answered.flatMap(sends)).toHaveLength(3);
    expect(answered.flatMap(reasons)).toContain('too many orders');
    const perClient = Array.from({ length: 2_100 }, () =>
      wire.first.handle(0, {
        kind: 'received',
        socket: 'PP',
        from: client,
        bytes: changeBoth,
      }),
    );
    expect(perClient.flatMap(sends)).toHaveLength(2_000);
  });
});

describe('a stream', () => {
  it('learns the other node’s address while the link is up, and not before', () => {
    const ask = (server: LinkedServer) => {
      const socket = 'tcp:PP:1';
      const [answer] = sends(
        server.handle(0, { kind: 'received', socket, from: client, bytes: request(null) }),
      );
      const decoded = decodeMessage(answer?.bytes ?? new Uint8Array());
      return decoded.ok ? getAttribute(decoded.message, 'OTHER-ADDRESS') : null;
    };
    expect(ask(wire.first)).toEqual(two.PA);
    expect(ask(node(one, two, 9))).toBeUndefined();
  });
});

describe('what is forged', () => {
  it('with another secret is not believed', () => {
    const nonce = new Uint8Array(12).fill(7);
    const key = sessionKey('a guess', nonce, nonce);
    const attributes: Attribute[] = [
      { name: 'XOR-PEER-ADDRESS', value: client },
      { name: 'RESPONSE-ORIGIN', value: one.PP },
      { name: 'DATA', value: changeBoth },
    ];
    const order = {
      method: linkMethods.order,
      class: 'indication',
      transactionId: counterId(99),
      attributes,
    } as const;
    expect(reasons(wire.deliver('second', encodeLinkFrame(order, key)))).toEqual(['a frame of no session']);
    const open = { method: linkMethods.open, class: 'request', transactionId: nonce } as const;
    expect(sends(wire.deliver('second', encodeLinkFrame(open, key)))).toEqual([]);
  });

  it('by one changed byte anywhere is not believed', () => {
    const order = wire.order(changeBoth);
    for (let index = 0; index < order.length; index += 1) {
      const bent = Uint8Array.from(order);
      bent[index] = (bent[index] ?? 0) ^ 0x01;
      expect(sends(wire.deliver('second', bent)), `byte ${index}`).toEqual([]);
    }
    expect(sends(wire.deliver('second', order))).toHaveLength(1);
  });

  it('from any bytes behind the magic never throws and moves nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        const bytes = Uint8Array.of(0x50, 0x4c, 0x4e, 0x4b, ...tail);
        expect(sends(wire.deliver('second', bytes))).toEqual([]);
        expect(sends(wire.deliver('first', bytes))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is recorded and sent again', () => {
  it('reaches nobody but the other node, and leaves the session alone', () => {
    wire.nowMs = 500;
    for (const { to, bytes } of [...wire.frames, ...wire.frames]) {
      for (const { to: target } of sends(wire.deliver(to, bytes))) {
        expect(target).toEqual(to === 'first' ? two.PP : one.PP);
      }
    }
    expect(sends(wire.deliver('second', wire.order(changeBoth)))).toHaveLength(1);
  });

  it('means nothing to a node that was started anew', () => {
    const orders = [wire.order(changeBoth), wire.order(changeIp)];
    const fresh = node(two, one, 3);
    fresh.handle(0, { kind: 'start' });
    const all = [...wire.frames.filter(({ to }) => to === 'second').map(({ bytes }) => bytes), ...orders];
    const answers = all.flatMap((bytes) =>
      sends(fresh.handle(300, { kind: 'received', socket: 'PP', from: one.PP, bytes })),
    );
    expect(answers.filter(({ to }) => to.address === client.address)).toEqual([]);
    expect(fresh.state).toBe('down');
  });

  it('means nothing to the node that said it', () => {
    const order = wire.order(changeBoth);
    expect(sends(wire.deliver('first', order))).toEqual([]);
  });
});

describe('an order of a node that was taken over', () => {
  /** The session’s key, as only the two nodes know it, for orders that a sound node would not give. */
  function bent(change: Partial<Record<'source' | 'asked', Endpoint>> & { bytes?: Uint8Array }) {
    const granted = Uint8Array.from(seededBytes(2)(24));
    for (const [asked, answer] of [
      [seededBytes(1)(12), granted.slice(12)],
      [seededBytes(1)(12), granted.slice(0, 12)],
    ] as const) {
      const attributes: Attribute[] = [
        { name: 'XOR-PEER-ADDRESS', value: change.source ?? client },
        { name: 'RESPONSE-ORIGIN', value: change.asked ?? one.PP },
        { name: 'DATA', value: change.bytes ?? changeBoth },
      ];
      const transactionId = counterId(50);
      const order = { method: linkMethods.order, class: 'indication', transactionId, attributes } as const;
      const effects = wire.deliver('second', encodeLinkFrame(order, sessionKey(secret, asked, answer)));
      if (!reasons(effects).includes('a frame of no session')) return effects;
    }
    throw new Error('the key of the session was not found');
  }

  it('is carried out where it is sound', () => {
    expect(sends(bent({}))).toMatchObject([{ socket: 'PA', to: client }]);
  });

  it.each([
    ['a private address', at('10.0.0.1', 5000)],
    ['loopback', at('127.0.0.1', 5000)],
    ['multicast', at('224.0.0.1', 5000)],
    ['broadcast', at('255.255.255.255', 5000)],
    ['port 0', at('198.51.100.7', 0)],
    ['the other family', at('2001:db8::1', 5000)],
  ])('never reaches %s', (_name, source) => {
    expect(sends(bent({ source }))).toEqual([]);
  });

  it.each([
    ['no change', request(null)],
    ['another port of the same address', request({ changeIp: false, changePort: true })],
    [
      'an attribute that nobody knows',
      request({ changeIp: true, changePort: true }, [
        { name: 'unknown', type: 0x7777, bytes: new Uint8Array(4) },
      ]),
    ],
  ])('with a request for %s is not answered from here', (_name, bytes) => {
    expect(reasons(bent({ bytes }))).toEqual(['an order that leads back']);
  });

  it.each([
    ['junk', Uint8Array.of(1, 2, 3)],
    [
      'a response',
      encodeMessage({
        method: methods.binding,
        class: 'success',
        transactionId: new Uint8Array(12),
        attributes: [],
      }),
    ],
    [
      'another method',
      encodeMessage({
        method: methods.refresh,
        class: 'request',
        transactionId: new Uint8Array(12),
        attributes: [],
      }),
    ],
  ])('that carries %s moves nothing', (_name, bytes) => {
    expect(sends(bent({ bytes }))).toEqual([]);
  });

  it('about a port that this node does not have is refused', () => {
    expect(reasons(bent({ asked: at(one.PP.address, 99) }))).toEqual(['an order about another port']);
  });
});

describe('the replay window', () => {
  it('takes each number once, in any order, and forgets what is old', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { maxLength: 600 }), (counters) => {
        const window = new ReplayWindow(64);
        const taken = counters.filter((counter) => window.accept(counter));
        expect(new Set(taken).size).toBe(taken.length);
        expect(window.size).toBeLessThanOrEqual(129);
      }),
    );
    const window = new ReplayWindow(64);
    expect([window.accept(100), window.accept(37), window.accept(36)]).toEqual([true, true, false]);
  });
});
