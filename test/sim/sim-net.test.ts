import { describe, expect, it } from 'vitest';
import type { NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { rewritePayload } from '../../scenarios/sim/payload-rewrite.ts';
import type { SimHostOptions } from '../../scenarios/sim/sim-host.ts';
import type { SimNetOptions } from '../../scenarios/sim/sim-net.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';

/** Answers every datagram with the source it saw, from the socket it came to. */
class Mirror implements Machine {
  handle(_nowMs: number, input: Input): Effect[] {
    if (input.kind !== 'received') return [{ kind: 'ignore', reason: input.kind }];
    const bytes = new TextEncoder().encode(formatEndpoint(input.from));
    return [{ kind: 'send', socket: input.socket, to: input.from, bytes }];
  }
  nextDeadlineMs(): null {
    return null;
  }
  isFinished(): boolean {
    return false;
  }
}

type Note = { readonly atMs: number; readonly what: string };

/** Sends one datagram to each target, `everyMs` apart, and notes what happens until `lastsMs`. */
class Asker implements Machine<Note> {
  #next = 0;
  #open = false;
  readonly #targets: readonly Endpoint[];
  readonly #everyMs: number;
  readonly #lastsMs: number;
  #nowMs = 0;
  #startMs = 0;

  constructor(targets: readonly Endpoint[], everyMs = 1, lastsMs = 1_000) {
    this.#targets = targets;
    this.#everyMs = everyMs;
    this.#lastsMs = lastsMs;
  }

  handle(nowMs: number, input: Input): Effect<Note>[] {
    this.#nowMs = nowMs;
    const note = (what: string): Effect<Note> => ({ kind: 'emit', event: { atMs: nowMs, what } });
    switch (input.kind) {
      case 'start':
        this.#startMs = nowMs;
        return [{ kind: 'open', socket: 's', transport: 'udp', family: 'ipv4' }];
      case 'opened':
        this.#open = true;
        return [note(`local ${formatEndpoint(input.local)}`)];
      case 'received':
        return [note(`${formatEndpoint(input.from)} saw ${new TextDecoder().decode(input.bytes)}`)];
      case 'send-failed':
        return [note(`send failed: ${input.error.code}`)];
      case 'open-failed':
        return [note(`open failed: ${input.error.code}`)];
      case 'closed':
        return [note('closed')];
      case 'deadline': {
        const to = this.#targets[this.#next];
        if (to === undefined) return [];
        this.#next += 1;
        return [{ kind: 'send', socket: 's', to, bytes: Uint8Array.of(1, 2, 3) }];
      }
    }
  }
  nextDeadlineMs(): number | null {
    if (!this.#open) return null;
    const more = this.#next < this.#targets.length;
    return this.#startMs + (more ? this.#next * this.#everyMs : this.#lastsMs);
  }
  isFinished(): boolean {
    return this.#next >= this.#targets.length && this.#nowMs >= this.#startMs + this.#lastsMs;
  }
}

/** Connects, says one thing, hears one thing. */
class Caller implements Machine<Note> {
  #done = false;
  readonly #transport: 'tcp' | 'tls';
  readonly #to: Endpoint;
  constructor(transport: 'tcp' | 'tls', to: Endpoint) {
    this.#transport = transport;
    this.#to = to;
  }
  handle(nowMs: number, input: Input): Effect<Note>[] {
    const note = (what: string): Effect<Note> => ({ kind: 'emit', event: { atMs: nowMs, what } });
    const to = this.#to;
    if (input.kind === 'start') {
      return [{ kind: 'open', socket: 'c', transport: this.#transport, family: 'ipv4', to }];
    }
    if (input.kind === 'opened') {
      const hello: Effect<Note> = { kind: 'send', socket: 'c', to, bytes: Uint8Array.of(1) };
      return [note(`connected from ${formatEndpoint(input.local)}`), hello];
    }
    this.#done = true;
    if (input.kind === 'received') return [note(new TextDecoder().decode(input.bytes))];
    return [note(input.kind === 'open-failed' ? input.error.code : input.kind)];
  }
  nextDeadlineMs(): null {
    return null;
  }
  isFinished(): boolean {
    return this.#done;
  }
}

const server = { address: '203.0.113.10', port: 3478 };
const other = { address: '203.0.113.11', port: 3479 };

function run(
  setup: { net?: SimNetOptions; host?: Partial<SimHostOptions> },
  targets: readonly Endpoint[],
  everyMs?: number,
) {
  const net = new SimNet(setup.net);
  const far = net.addHost({ addresses: [server.address, other.address] });
  net.attach(far, new Mirror(), { sockets: { PP: server, AA: other } });
  const near = net.addHost({ addresses: ['10.0.0.2'], firstPort: 50_000, ...setup.host });
  const notes = net.run(near, new Asker(targets, everyMs), { untilMs: 10_000 });
  return { net, notes };
}

const nat = (more: Partial<NatBoxOptions> = {}) =>
  new NatBox({
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    addresses: ['198.51.100.1'],
    ports: 'sequential',
    ...more,
  });

describe('the network in memory', () => {
  it('carries datagrams with the configured delay and shows the source as it is without a NAT', () => {
    const { notes, net } = run({ net: { oneWayDelayMs: 7 } }, [server]);
    expect(notes).toEqual([
      { atMs: 0, what: 'local 10.0.0.2:50000' },
      { atMs: 14, what: '203.0.113.10:3478 saw 10.0.0.2:50000' },
    ]);
    expect(net.trace.map(({ fate }) => fate)).toEqual(['delivered', 'delivered']);
    expect(net.nowMs).toBe(1_000);
  });

  it('translates through a NAT on the way and tells both views in the trace', () => {
    const { notes, net } = run({ host: { nats: [nat()] } }, [server, other]);
    expect(notes.map(({ what }) => what)).toEqual([
      'local 10.0.0.2:50000',
      '203.0.113.10:3478 saw 198.51.100.1:40000',
      '203.0.113.11:3479 saw 198.51.100.1:40001',
    ]);
    expect(net.trace[0]).toMatchObject({
      from: { address: '10.0.0.2', port: 50_000 },
      finalFrom: { address: '198.51.100.1', port: 40_000 },
      fate: 'delivered',
      bytes: 3,
    });
  });

  it('translates twice behind two NATs, the outer one seeing the inner one only', () => {
    const inner = nat({ addresses: ['100.64.0.2'], mapping: 'endpoint-independent' });
    const outer = nat({ portRange: { first: 61_000, last: 61_999 } });
    const { notes } = run({ host: { nats: [inner, outer] } }, [server, other]);
    expect(notes.slice(1).map(({ what }) => what)).toEqual([
      '203.0.113.10:3478 saw 198.51.100.1:61000',
      '203.0.113.11:3479 saw 198.51.100.1:61001',
    ]);
    expect(outer.mappings(0).map(({ internal }) => internal)).toEqual([
      { address: '100.64.0.2', port: 40_000 },
      { address: '100.64.0.2', port: 40_000 },
    ]);
  });

  it('keeps the address behind a firewall and lets only answers in', () => {
    const firewall = nat({ firewallOnly: true, addresses: [] });
    const net = new SimNet();
    const far = net.addHost({ addresses: [server.address] });
    net.attach(far, new Mirror(), { sockets: { PP: server } });
    const near = net.addHost({ addresses: ['192.0.2.7'], nats: [firewall], firstPort: 5_000 });
    const notes = net.run(near, new Asker([server]), { untilMs: 2_000 });
    expect(notes[1]?.what).toBe('203.0.113.10:3478 saw 192.0.2.7:5000');
    net.run(far, new Asker([{ address: '192.0.2.7', port: 5_000 }]), { untilMs: 2_000 });
    expect(net.trace.at(-1)?.fate).toBe('nat-drop(filtered)');
  });

  it('hairpins only where the NAT does, and shows the external source (RFC 4787 REQ-9)', () => {
    for (const hairpin of [true, false]) {
      const box = nat({ hairpin, mapping: 'endpoint-independent', filtering: 'endpoint-independent' });
      const net = new SimNet();
      const far = net.addHost({ addresses: [server.address] });
      net.attach(far, new Mirror(), { sockets: { PP: server } });
      const a = net.addHost({ addresses: ['10.0.0.2'], nats: [box], firstPort: 5_000 });
      const b = net.addHost({ addresses: ['10.0.0.3'], nats: [box] });
      const bound = { address: '10.0.0.3', port: 6_000 };
      net.attach(b, new Mirror(), { sockets: { X: bound } });
      // The external endpoint of b: asked for by b itself, so that a mapping exists.
      const opened = box.outbound(0, { from: bound, to: server });
      if (opened.kind !== 'pass') throw new Error('b got no mapping');
      const notes = net.run(a, new Asker([opened.flow.from]), { untilMs: 2_000 });
      if (hairpin) expect(notes[1]?.what).toBe('198.51.100.1:40000 saw 198.51.100.1:40001');
      else expect(net.trace.at(-1)?.fate).toBe('nat-drop(no-hairpin)');
      expect(notes).toHaveLength(hairpin ? 2 : 1);
    }
  });

  it('delivers between hosts behind the same NAT without translating', () => {
    const box = nat();
    const net = new SimNet();
    const a = net.addHost({ addresses: ['10.0.0.2'], nats: [box], firstPort: 5_000 });
    const b = net.addHost({ addresses: ['10.0.0.3'], nats: [box] });
    const bound = { address: '10.0.0.3', port: 6_000 };
    net.attach(b, new Mirror(), { sockets: { X: bound } });
    const notes = net.run(a, new Asker([bound]), { untilMs: 2_000 });
    expect(notes[1]?.what).toBe('10.0.0.3:6000 saw 10.0.0.2:5000');
    expect(box.mappings(0)).toEqual([]);
  });

  it('loses about as many packets as asked for, per direction, and the same ones for the same seed', () => {
    const targets = Array.from({ length: 2_000 }, () => server);
    const fates = (seed: number) =>
      run({ net: { seed, lossRate: 0.1 } }, targets, 0.1).net.trace.map(({ fate, from }) => ({
        fate,
        toServer: from.port !== server.port,
      }));
    const first = fates(5);
    expect(fates(5)).toEqual(first);
    expect(fates(6)).not.toEqual(first);
    for (const toServer of [true, false]) {
      const sent = first.filter((packet) => packet.toServer === toServer);
      const lost = sent.filter(({ fate }) => fate === 'lost').length / sent.length;
      // Three standard deviations of a 10 % draw out of about 1 900.
      expect(Math.abs(lost - 0.1)).toBeLessThan(0.021);
    }
  });

  it('lets packets overtake each other under jitter', () => {
    const targets = Array.from({ length: 50 }, () => server);
    const { net } = run({ net: { jitterMs: 30 } }, targets, 1);
    const arrivals = net.trace.filter(({ to }) => to.port === server.port).map(({ sentMs }) => sentMs);
    expect(arrivals).not.toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals).toHaveLength(50);
  });

  it('blocks or rejects UDP, and tells the sender only in the second case', () => {
    const blocked = run({ host: { udp: 'blocked' } }, [server]);
    expect(blocked.notes).toHaveLength(1);
    expect(blocked.net.trace.map(({ fate }) => fate)).toEqual(['blocked']);
    const rejected = run({ host: { udp: 'rejected' }, net: { oneWayDelayMs: 5 } }, [server]);
    expect(rejected.notes[1]).toEqual({ atMs: 10, what: 'send failed: EHOSTUNREACH' });
  });

  it('names the fate of packets that nobody takes', () => {
    const { net } = run({}, [
      { address: server.address, port: 9 },
      { address: '192.0.2.250', port: 3478 },
    ]);
    expect(net.trace.map(({ fate }) => fate).sort()).toEqual(['no-listener', 'no-route']);
  });

  it('closes the sockets of a machine that has been run, so that ports come free', () => {
    const net = new SimNet();
    const host = net.addHost({ addresses: ['10.0.0.2'] });
    const peer = net.addHost({ addresses: [server.address] });
    net.attach(peer, new Mirror(), { sockets: { PP: server } });
    const first = net.run(host, new Asker([server]), { untilMs: 2_000 });
    const again = net.run(host, new Asker([server]), { untilMs: 2_000 });
    expect(first).toHaveLength(2);
    expect(again).toHaveLength(2);
    // Late packets to a closed socket go nowhere instead of to the next run.
    expect(net.trace.every(({ fate }) => fate === 'delivered')).toBe(true);
  });

  it('refuses to run a machine whose deadline never moves', () => {
    const net = new SimNet();
    const host = net.addHost({ addresses: ['10.0.0.2'] });
    const stuck: Machine = {
      handle: () => [],
      nextDeadlineMs: () => 0,
      isFinished: () => false,
    };
    expect(() => net.run(host, stuck, { untilMs: 1_000 })).toThrow(/does not move on/);
  });

  it('opens no socket of a family that the host does not have', () => {
    const net = new SimNet();
    const host = net.addHost({ addresses: ['2001:db8::2'] });
    const notes = net.run(host, new Asker([server]), { untilMs: 100 });
    expect(notes.map(({ what }) => what)).toEqual(['open failed: EADDRNOTAVAIL']);
  });

  it('carries TCP and TLS as streams, refuses where nobody listens and times out where nobody is', () => {
    const net = new SimNet({ oneWayDelayMs: 10, connectTimeoutMs: 3_000 });
    const far = net.addHost({ addresses: [server.address] });
    net.attach(far, new Mirror(), { sockets: {}, listen: { 'tcp:': server } });
    const near = net.addHost({ addresses: ['10.0.0.2'], nats: [nat()], firstPort: 50_000 });
    const connect = (transport: 'tcp' | 'tls', to: Endpoint) =>
      net.run(near, new Caller(transport, to), { untilMs: 10_000 });
    const startMs = net.nowMs;
    expect(connect('tcp', server)).toEqual([
      { atMs: startMs + 20, what: 'connected from 10.0.0.2:50000' },
      { atMs: startMs + 40, what: '198.51.100.1:40000' },
    ]);
    const tlsStartMs = net.nowMs;
    expect(connect('tls', server)[0]?.atMs).toBe(tlsStartMs + 40);
    const refusedStartMs = net.nowMs;
    expect(connect('tcp', { address: server.address, port: 9 })).toEqual([
      { atMs: refusedStartMs + 20, what: 'ECONNREFUSED' },
    ]);
    const silentStartMs = net.nowMs;
    expect(connect('tcp', { address: '192.0.2.250', port: 9 })).toEqual([
      { atMs: silentStartMs + 3_000, what: 'ETIMEDOUT' },
    ]);
  });

  it('lets TCP out to the ports that a firewall allows, and nothing else answers', () => {
    const net = new SimNet({ oneWayDelayMs: 10, connectTimeoutMs: 3_000 });
    const far = net.addHost({ addresses: [server.address] });
    const web = { address: server.address, port: 443 };
    net.attach(far, new Mirror(), { sockets: {}, listen: { 'tcp:': server, 'web:': web } });
    const near = net.addHost({ addresses: ['10.0.0.2'], nats: [nat()], tcpPortsOut: [443] });
    const connect = (to: Endpoint) => net.run(near, new Caller('tcp', to), { untilMs: 10_000 });
    expect(connect(server).at(-1)?.what).toBe('ETIMEDOUT');
    expect(connect({ address: server.address, port: 9 }).at(-1)?.what).toBe('ETIMEDOUT');
    expect(connect(web)[0]?.what).toMatch(/^connected/);
  });

  it('rewrites the external endpoint inside of packets where a gateway does, wherever it stands', () => {
    const from = { address: '198.51.100.1', port: 0x1234 };
    const to = { address: '10.0.0.2', port: 0xabcd };
    const packet = Uint8Array.of(9, 0x12, 0x34, 198, 51, 100, 1, 9, 0x12, 0x34, 198, 51, 100, 2);
    expect([...rewritePayload(packet, [{ from, to }])]).toEqual([
      9, 0xab, 0xcd, 10, 0, 0, 2, 9, 0x12, 0x34, 198, 51, 100, 2,
    ]);
    expect(rewritePayload(packet, [])).toBe(packet);
  });
});
