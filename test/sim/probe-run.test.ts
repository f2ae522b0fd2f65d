/** A whole run on the virtual clock: how long it takes, and what it says of servers that do not work. */
import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../contract/failures.ts';
import { ProbeRun, type ProbeRunEvent } from '../../probe/run/probe-run.ts';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { UdpPolicy } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { decodeMessage, methods } from '../../stun/message.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import { challenge, credentials, type Script, wellBehaved } from '../unit/turn/rehearsal.ts';

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const stunCorners = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

/** Answers after a script, each message by itself, after `delayMs`. */
class ScriptedServer implements Machine {
  readonly #script: Script;
  readonly #delayMs: number;
  readonly #waiting: { readonly atMs: number; readonly effect: Effect }[] = [];
  #calls = 0;

  constructor(script: Script, delayMs = 0) {
    this.#script = script;
    this.#delayMs = delayMs;
  }
  handle(nowMs: number, input: Input): Effect[] {
    if (input.kind === 'received') {
      const { socket, from: to, bytes: received } = input;
      const decoded = decodeMessage(received);
      if (!decoded.ok) return [];
      const call = { nowMs, message: decoded.message, bytes: received, index: this.#calls++ };
      for (const bytes of this.#script(call)) {
        if (!(bytes instanceof Uint8Array)) throw new Error('scripts here answer with bytes');
        this.#waiting.push({ atMs: nowMs + this.#delayMs, effect: { kind: 'send', socket, to, bytes } });
      }
    }
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    this.#waiting.splice(0, due.length);
    return due.map(({ effect }) => effect);
  }
  nextDeadlineMs(): number | null {
    return this.#waiting[0]?.atMs ?? null;
  }
  isFinished(): boolean {
    return false;
  }
}

const silent: Script = () => [];
/** Lets nobody in. */
const rejecting: Script = (call) => [challenge(call)];
/** Challenges, and is never heard of again once there are credentials. */
const mute: Script = (call) => wellBehaved(call).slice(0, call.message.attributes.length < 4 ? 1 : 0);
/** Gives allocations and does not take them back. */
const keeps: Script = (call) => (call.message.method === methods.refresh ? [] : wellBehaved(call));

interface Place {
  readonly address: string;
  readonly script?: Script;
  readonly delayMs?: number;
  readonly udp?: readonly number[];
  readonly streams?: readonly number[];
}

interface World {
  readonly seed?: number;
  readonly rttMs?: number;
  readonly lossRate?: number;
  readonly udp?: UdpPolicy;
  /** Is the RFC 5780 server there? Default true. */
  readonly stun?: boolean;
  readonly places?: readonly Place[];
  /** `turn:ADDRESS:PORT?transport=…` with an address as host. */
  readonly urls: readonly string[];
  readonly natServers?: readonly Endpoint[];
}

interface Outcome {
  readonly tookMs: number;
  readonly headline: string | null;
  readonly headlineMs: number;
  readonly natVerdictMs: number;
  /** URL → `ok` or the failure's code. */
  readonly servers: Record<string, 'ok' | FailureCode>;
  readonly events: readonly ProbeRunEvent[];
}

function run(world: World): Outcome {
  const { seed = 1, rttMs = 40, lossRate = 0, udp = 'open', places = [], urls } = world;
  const net = new SimNet({ seed, oneWayDelayMs: rttMs / 2, lossRate, connectTimeoutMs: 2_900 });
  if (world.stun !== false) {
    const host = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
    const machine = new BindingServer({ endpoints: stunCorners, software: 'test' });
    net.attach(host, machine, { sockets: stunCorners, listen: { 'tcp:': stunCorners.PP } });
  }
  for (const { address, script = wellBehaved, delayMs, udp: ports = [], streams = [] } of places) {
    const at = (prefix: string, list: readonly number[]) =>
      Object.fromEntries(list.map((port) => [`${prefix}${port}:`, { address, port }]));
    net.attach(net.addHost({ addresses: [address] }), new ScriptedServer(script, delayMs), {
      sockets: at('udp', ports),
      listen: at('tcp', streams),
    });
  }
  const nat = new NatBox({ addresses: ['198.51.100.10'], seed, ...home });
  const client = net.addHost({ addresses: ['10.0.0.2'], nats: [nat], udp });
  const tasks = urls.map((url, index) => {
    const parsed = parseStunUri(url);
    if (!parsed.ok) throw new Error(parsed.problem);
    const { username, password: credential } = credentials;
    const target = { uri: parsed.uri, username, credential };
    return { id: `s${index + 1}`, target, address: parsed.uri.host, credentials, source: null };
  });
  const machine = new ProbeRun({
    natServers: world.natServers ?? [stunCorners.PP],
    tasks,
    localAddress: '10.0.0.2',
    random: seededBytes(seed),
    originMs: 0,
  });
  const events = net.run(client, machine, { untilMs: 60_000 });
  const runs = machine.close({ code: 'harness-fault', blame: 'tool', message: 'did not end', next: '' });
  return {
    tookMs: net.nowMs,
    headline: machine.headline?.code ?? null,
    headlineMs: machine.headline?.sinceMs ?? Number.POSITIVE_INFINITY,
    natVerdictMs: machine.natVerdictMs ?? Number.POSITIVE_INFINITY,
    servers: Object.fromEntries(runs.map(({ result }) => [result.url, result.failure?.code ?? 'ok'])),
    events,
  };
}

const turnHost = { address: '203.0.113.20', udp: [3478], streams: [3478, 443] };
const turnUrls = [
  'turn:203.0.113.20',
  'turn:203.0.113.20?transport=tcp',
  'turns:203.0.113.20:443?transport=tcp',
];
const stunUrl = 'stun:203.0.113.10';

/** The general bound of a verdict. */
const boundMs = (rttMs: number) => 4 * rttMs + 500;

describe('a network without UDP', () => {
  it.each([5, 40, 300, 1_200])('names the relay that works, at a round trip of %d ms', (rttMs) => {
    const result = run({ rttMs, udp: 'blocked', places: [turnHost], urls: [stunUrl, ...turnUrls] });
    expect(result.headline).toBe('udp-blocked-relay-works');
    expect(result.headlineMs).toBeLessThanOrEqual(Math.max(1_500, boundMs(rttMs)));
    // The report follows: nobody waits for UDP that is known to be blocked.
    expect(result.tookMs - result.headlineMs).toBeLessThanOrEqual(Math.max(300, 4 * rttMs));
    expect(result.servers).toEqual({
      [stunUrl]: 'udp-blocked',
      'turn:203.0.113.20': 'udp-blocked',
      'turn:203.0.113.20?transport=tcp': 'ok',
      'turns:203.0.113.20:443?transport=tcp': 'ok',
    });
  });

  it('at 40 ms keeps the general bound, and what was sent over UDP stays evidence', () => {
    const result = run({ udp: 'blocked', places: [turnHost], urls: [stunUrl, ...turnUrls] });
    expect(result.natVerdictMs).toBeLessThanOrEqual(boundMs(40));
    expect(result.headlineMs).toBeLessThanOrEqual(boundMs(40));
    const blocked = result.events.flatMap((event) =>
      event.kind === 'server' && event.run.result.failure?.code === 'udp-blocked' ? [event.run] : [],
    );
    expect(blocked).toHaveLength(2);
    for (const { evidence } of blocked) {
      expect(evidence[0]).toMatchObject({ outcome: 'pending', transport: 'udp' });
      expect(evidence[0]?.sentMs.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('without any relay says so as soon as the last one has failed', () => {
    const closed = { address: '203.0.113.20', udp: [3478] };
    const result = run({ udp: 'blocked', places: [closed], urls: [stunUrl, ...turnUrls] });
    expect(result.headline).toBe('udp-blocked');
    expect(result.headlineMs).toBeLessThanOrEqual(1_500);
    expect(result.servers['turn:203.0.113.20?transport=tcp']).toBe('refused');
  });

  it('takes the firewall’s word for it', () => {
    const result = run({ udp: 'rejected', places: [turnHost], urls: [stunUrl, ...turnUrls] });
    expect(result.headline).toBe('udp-blocked-relay-works');
    expect(result.headlineMs).toBeLessThanOrEqual(500);
  });

  it('does not claim it where nothing answers at all', () => {
    const result = run({ udp: 'blocked', stun: false, urls: [stunUrl, 'turn:203.0.113.20?transport=tcp'] });
    expect(result.headline).toBe('nothing-answered');
    expect(result.servers[stunUrl]).toBe('timeout');
    expect(result.tookMs).toBeLessThanOrEqual(3_100);
  });

  it('does not take a far server for a silent one because a near one answers over TCP', () => {
    const near = { address: '203.0.113.30', streams: [3478] };
    const far = { address: '203.0.113.40', udp: [3478], delayMs: 700 };
    const result = run({
      rttMs: 10,
      stun: false,
      places: [near, far],
      urls: ['turn:203.0.113.30?transport=tcp', 'turn:203.0.113.40'],
      natServers: [
        { address: '203.0.113.30', port: 3478 },
        { address: '203.0.113.40', port: 3478 },
      ],
    });
    expect(result.events.map(({ kind }) => kind)).toContain('first-answer');
    expect(result.headline).not.toMatch(/^udp-blocked/);
    expect(result.servers['turn:203.0.113.40']).toBe('ok');
  });

  it('waits a while for a far server over UDP although the near one seems blocked, and believes it', () => {
    const near = { address: '203.0.113.30', streams: [3478] };
    const far = { address: '203.0.113.40', udp: [3478], delayMs: 600 };
    const result = run({
      rttMs: 10,
      stun: false,
      places: [near, far],
      urls: ['turn:203.0.113.30?transport=tcp', 'turn:203.0.113.30', 'turn:203.0.113.40'],
      natServers: [{ address: '203.0.113.30', port: 3478 }],
    });
    expect(result.servers['turn:203.0.113.40']).toBe('ok');
    expect(result.servers['turn:203.0.113.30']).toBe('udp-blocked');
    expect(result.headline).not.toMatch(/^udp-blocked/);
    const said = result.events.flatMap((event) => (event.kind === 'headline' ? [event.headline.code] : []));
    expect(said[0]).toBe('udp-blocked-relay-works');
    expect(said.at(-1)).toBe(result.headline);
  });

  it('does not wait longer than on an unknown path for one that no transport reaches', () => {
    const gone = 'turn:203.0.113.99';
    const result = run({ udp: 'blocked', places: [turnHost], urls: [stunUrl, ...turnUrls, gone] });
    expect(result.servers[gone]).toBe('udp-blocked');
    expect(result.tookMs).toBeLessThanOrEqual(1_500);
  });

  it('a server that is deaf to UDP is down for UDP, the network is not blamed', () => {
    const deaf = { address: '203.0.113.20', streams: [3478, 443] };
    const result = run({ places: [deaf], urls: [stunUrl, ...turnUrls] });
    expect(result.servers['turn:203.0.113.20']).toBe('timeout');
    expect(result.headline).toBe('direct-works');
    expect(result.headlineMs).toBeLessThanOrEqual(boundMs(40));
  });
});

describe('twelve TURN URLs, half of them dead', () => {
  const alive = [1, 2].map((n) => ({ ...turnHost, address: `203.0.113.${50 + n}` }));
  const places: Place[] = [
    ...alive,
    { address: '203.0.113.60', udp: [], streams: [] },
    { address: '203.0.113.61', script: rejecting, udp: [3478], streams: [3478] },
    { address: '203.0.113.62', script: mute, udp: [3478], streams: [3478] },
    { address: '203.0.113.63', script: silent, streams: [443] },
  ];
  const urls = [
    ...alive.flatMap(({ address }) => [
      `turn:${address}`,
      `turn:${address}?transport=tcp`,
      `turns:${address}:443?transport=tcp`,
    ]),
    // There, but no such port; dropped on the way; wrong password; silent after the challenge; silent behind TLS.
    'turn:203.0.113.60?transport=tcp',
    'turn:203.0.113.60',
    'turn:203.0.113.99?transport=tcp',
    'turn:203.0.113.61',
    'turn:203.0.113.62?transport=tcp',
    'turns:203.0.113.63:443?transport=tcp',
  ];
  const expected = {
    ...Object.fromEntries(urls.slice(0, 6).map((url) => [url, 'ok'])),
    'turn:203.0.113.60?transport=tcp': 'refused',
    'turn:203.0.113.60': 'timeout',
    'turn:203.0.113.99?transport=tcp': 'timeout',
    'turn:203.0.113.61': 'turn-401',
    'turn:203.0.113.62?transport=tcp': 'timeout',
    'turns:203.0.113.63:443?transport=tcp': 'timeout',
  };

  it.each([5, 40, 300])('are all judged within 5 s at a round trip of %d ms', (rttMs) => {
    const result = run({ rttMs, places, urls: [stunUrl, ...urls] });
    expect(result.servers).toEqual({ [stunUrl]: 'ok', ...expected });
    expect(result.tookMs).toBeLessThanOrEqual(5_000);
    expect(result.headlineMs).toBeLessThanOrEqual(boundMs(rttMs) + 2 * rttMs);
  });

  it('and with 10 % loss each way nothing that lives is called dead, in 60 runs', () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= 60; seed += 1) {
      const result = run({ seed, lossRate: 0.1, places, urls: [stunUrl, ...urls] });
      if (result.tookMs > 5_000) wrong.push(`seed ${seed} took ${result.tookMs} ms`);
      for (const [url, outcome] of Object.entries(expected)) {
        if (result.servers[url] !== outcome) wrong.push(`seed ${seed} ${url}: ${result.servers[url]}`);
      }
    }
    // Four copies of each UDP request: 0.13 % stay unanswered by chance, of four requests of two live servers.
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(2);
  });
});

describe('what comes after a result', () => {
  it('does not hold up the run: a release that nobody confirms', () => {
    const result = run({ places: [{ ...turnHost, script: keeps }], urls: [stunUrl, ...turnUrls] });
    expect(Object.values(result.servers)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(result.tookMs).toBeLessThanOrEqual(800);
  });

  it('every server is told once, and the headline before the slowest of them', () => {
    const urls = [stunUrl, ...turnUrls, 'turn:203.0.113.99?transport=tcp'];
    const { events, headlineMs, tookMs } = run({ places: [turnHost], urls });
    const told = events.flatMap((event) => (event.kind === 'server' ? [event.run.result.url] : []));
    expect([...told].sort()).toEqual([...urls].sort());
    expect(events.at(-1)?.kind).toBe('server');
    expect(headlineMs).toBeLessThan(tookMs / 2);
  });
});
