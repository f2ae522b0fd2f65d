/** Two hosts with one address each, linked: together a whole RFC 5780 server, through every NAT and with loss. */
import { describe, expect, it } from 'vitest';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHost } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { isLinkFrame } from '../../turn/server/link-wire.ts';
import { type LinkEvent, LinkedServer } from '../../turn/server/linked-server.ts';

const secret = 'a secret that both nodes hold, long enough';
const nodes = { one: '203.0.113.10', two: '203.0.113.20' };
const ports = { primary: 3478, alternate: 3479 };

/** A process that can be killed: nothing comes out of it from then on. */
class Mortal implements Machine<LinkEvent> {
  private readonly inner: Machine<LinkEvent>;
  dead = false;
  constructor(inner: Machine<LinkEvent>) {
    this.inner = inner;
  }
  handle(nowMs: number, input: Input): Effect<LinkEvent>[] {
    return this.dead ? [] : this.inner.handle(nowMs, input);
  }
  nextDeadlineMs(): number | null {
    return this.dead ? null : this.inner.nextDeadlineMs();
  }
  isFinished(): boolean {
    return this.dead;
  }
}

/** A node that is far from the other one, while clients are near to both: its frames leave later. */
class Far implements Machine<LinkEvent> {
  private readonly inner: LinkedServer;
  private readonly delayMs: number;
  private readonly held: { atMs: number; effect: Effect<LinkEvent> }[] = [];
  constructor(inner: LinkedServer, delayMs: number) {
    this.inner = inner;
    this.delayMs = delayMs;
  }
  handle(nowMs: number, input: Input): Effect<LinkEvent>[] {
    const due = this.held.filter(({ atMs }) => atMs <= nowMs);
    for (const each of due) this.held.splice(this.held.indexOf(each), 1);
    const now: Effect<LinkEvent>[] = due.map(({ effect }) => effect);
    const isDue = input.kind !== 'deadline' || nowMs >= this.inner.nextDeadlineMs();
    for (const effect of isDue ? this.inner.handle(nowMs, input) : []) {
      if (effect.kind === 'send' && isLinkFrame(effect.bytes)) {
        this.held.push({ atMs: nowMs + this.delayMs, effect });
      } else now.push(effect);
    }
    return now;
  }
  nextDeadlineMs(): number {
    return Math.min(this.inner.nextDeadlineMs(), ...this.held.map(({ atMs }) => atMs));
  }
  isFinished(): boolean {
    return false;
  }
}

type Name = keyof typeof nodes;
type Nat = Omit<NatBoxOptions, 'addresses' | 'seed'>;

class World {
  readonly net: SimNet;
  readonly states: Record<Name, string[]> = { one: [], two: [] };
  private readonly seed: number;
  private readonly hosts = new Map<Name, SimHost>();
  private starts = 0;
  private runs = 0;

  constructor(seed: number, loss = 0) {
    this.seed = seed;
    this.net = new SimNet({ seed, oneWayDelayMs: 20, lossRate: loss });
  }

  /** Starts a node; what it gives kills it. Started again, it is a new process with new nonces on the same host. */
  start(name: Name, options: { secret?: string; alternatePort?: number; farMs?: number } = {}): () => void {
    const address = nodes[name];
    const PP = { address, port: ports.primary };
    const PA = { address, port: options.alternatePort ?? ports.alternate };
    const peer = { address: name === 'one' ? nodes.two : nodes.one, secret: options.secret ?? secret };
    this.starts += 1;
    const random = seededBytes(this.seed + 100 * this.starts);
    const host = this.hosts.get(name) ?? this.net.addHost({ addresses: [address] });
    this.hosts.set(name, host);
    const linked = new LinkedServer({ own: { PP, PA }, peer, random, software: 'test' });
    const node = new Mortal(options.farMs === undefined ? linked : new Far(linked, options.farMs));
    this.net.attach<LinkEvent>(host, node, {
      sockets: { PP, PA },
      onEvent: (event) => event.kind === 'link' && this.states[name].push(event.state),
    });
    return () => {
      node.dead = true;
      for (const endpoint of [PP, PA]) host.unbind(endpoint);
    };
  }

  /** Both nodes, linked. */
  startBoth(farMs?: number): this {
    const options = farMs === undefined ? {} : { farMs };
    this.start('one', options);
    this.start('two', options);
    // With loss an attempt may fail; the next one follows after a second.
    for (let tries = 0; tries < 60 && !this.linked; tries += 1) this.net.idle(500);
    return this;
  }

  get linked(): boolean {
    return this.states.one.at(-1) === 'up' && this.states.two.at(-1) === 'up';
  }

  probe(nat: Nat, server: Name = 'one') {
    this.runs += 1;
    const client = this.net.addHost({
      addresses: [`10.0.${this.runs}.2`],
      nats: [new NatBox({ addresses: [`198.51.100.${this.runs}`], seed: this.seed + this.runs, ...nat })],
    });
    const plan = planNat([{ address: nodes[server], port: ports.primary }]);
    const random = seededBytes(this.seed * 1000 + this.runs);
    const events = this.net.run(client, new NatDiscovery(plan, random), { untilMs: 20_000 });
    const finished = events.find((event) => event.kind === 'finished');
    if (finished?.kind !== 'finished') throw new Error('the discovery did not finish');
    return { evidence: finished.evidence, ...classifyNat(finished.evidence) };
  }
}

const standard = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
const nine = standard.flatMap((mapping) => standard.map((filtering) => ({ mapping, filtering })));

describe('two linked nodes with one address each', () => {
  it.each(['one', 'two'] as const)('name all nine NATs right when node %s is asked', (server) => {
    const world = new World(5).startBoth();
    for (const engine of ['session', 'table'] as const) {
      for (const nat of nine) expect(world.probe({ ...nat, engine }, server).summary).toMatchObject(nat);
    }
  });

  it('name the fourth corner, and NATs on a network that loses 10 % each way', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const world = new World(seed, 0.1).startBoth();
      const nat = nine[seed % 9] ?? { mapping: 'endpoint-independent', filtering: 'port-dependent' };
      const { summary } = world.probe(nat);
      for (const axis of ['mapping', 'filtering'] as const) {
        expect([nat[axis], 'inconclusive'], `seed ${seed}`).toContain(summary[axis]);
      }
    }
    const fourth = { mapping: 'endpoint-independent', filtering: 'port-dependent' } as const;
    expect(new World(3).startBoth().probe(fourth).summary).toMatchObject(fourth);
  });

  it('cost a changed answer one hop and no more', () => {
    const open = { mapping: 'endpoint-independent', filtering: 'endpoint-independent' } as const;
    const { evidence } = new World(7).startBoth().probe(open);
    const changed = evidence.find(({ purpose }) => purpose === 'filter-1/change-both');
    expect(changed).toMatchObject({ outcome: 'answered', from: { address: nodes.two, port: 3479 } });
    // Client to one node, over to the other, back to the client: three times 20 ms.
    expect(changed?.rttMs).toBe(60);
  });

  it('are waited for when they are far from each other, and clients near', () => {
    for (const nat of nine) {
      const { evidence, summary } = new World(4).startBoth(300).probe(nat);
      expect(summary).toMatchObject(nat);
      const changed = evidence.find(({ purpose }) => purpose === 'filter-1/change-both');
      if (nat.filtering === 'endpoint-independent') expect(changed?.rttMs).toBe(360);
    }
  });
});

describe('a link that is not up', () => {
  const nat = { mapping: 'address-dependent', filtering: 'address-dependent' } as const;

  it('leaves a plain STUN server that announces no alternate', () => {
    const world = new World(1);
    world.start('one');
    world.net.idle(5_000);
    const { evidence, verdicts } = world.probe(nat);
    expect(evidence.some(({ otherAddress }) => otherAddress !== null)).toBe(false);
    expect(verdicts.find(({ name }) => name === 'filtering')?.reason).toContain('alternate');
  });

  it('is never up between different secrets', () => {
    const world = new World(1);
    world.start('one');
    world.start('two', { secret: 'another secret, which is as long as that' });
    world.net.idle(30_000);
    expect(world.states).toEqual({ one: [], two: [] });
  });

  it('says that the ports differ', () => {
    const world = new World(1);
    world.start('one');
    world.start('two', { alternatePort: 5000 });
    world.net.idle(3_000);
    expect(world.states).toEqual({ one: ['ports-differ'], two: ['ports-differ'] });
  });

  it('comes up whichever node starts first, goes down with it, and comes up again', () => {
    const world = new World(2);
    const kill = world.start('two');
    world.net.idle(10_000);
    world.start('one');
    world.net.idle(2_000);
    expect(world.linked).toBe(true);
    kill();
    world.net.idle(6_000);
    expect(world.states.one).toEqual(['up', 'down']);
    expect(world.probe(nat).evidence.some(({ otherAddress }) => otherAddress !== null)).toBe(false);
    world.start('two');
    world.net.idle(3_000);
    expect(world.states.one).toEqual(['up', 'down', 'up']);
    expect(world.probe(nat).summary).toMatchObject(nat);
  });
});
