/** Other people's clients against our TURN server on loopback. None of them knows anything about this code base. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintRestCredential } from '../../stun/index.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import type { TurnServerEvent } from '../../turn/server/turn-server-event.ts';
import { alice, endpointOf, loopbackSettings, realm, secret, startLoopback } from '../net/turn-stage.ts';

const missing = [
  'turnutils_uclient',
  'turnutils_peer',
  'turnutils_stunclient',
  'turnutils_natdiscovery',
].filter((program) => spawnSync(program, ['-?'], { stdio: 'ignore' }).error !== undefined);
const skipped = missing.length === 0 ? null : `not installed: ${missing.join(', ')} (apt-get install coturn)`;

let server: TurnServerHandle;
let peer: ReturnType<typeof spawn>;
let peerPort: number;
const events: TurnServerEvent[] = [];

beforeAll(async () => {
  if (skipped !== null) return;
  const accounts = { realm, users: { [alice.username]: alice.password }, secrets: [secret] };
  server = await startLoopback({
    alternate: { address: '127.0.0.2', port: 0 },
    // coturn’s client of 4.6.1 picks any channel number of RFC 5766.
    oldChannels: true,
    settings: { ...loopbackSettings, accounts, tcpRelay: true },
    onEvent: (event) => events.push(event),
  });
  peerPort = await freePort();
  peer = spawn('turnutils_peer', ['-L', '127.0.0.1', '-p', String(peerPort)], { stdio: 'ignore' });
});
afterAll(async () => {
  peer?.kill('SIGKILL');
  await server?.close();
});

/** turnutils_peer takes the port above as well, for RTCP, and wants an even one. */
async function freePort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    if (port % 2 === 0) return port;
  }
}

async function printed(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  return text;
}

interface Tally {
  readonly sent: number;
  readonly received: number;
}

/** Two clients, ten messages each, and what came back. */
async function uclient(flags: readonly string[], user = alice): Promise<Tally> {
  const transport = flags.includes('-S') ? 'tls' : 'udp';
  const port = endpointOf(server, transport).port;
  const text = await printed('turnutils_uclient', [
    ...[
      '-p',
      String(port),
      '-u',
      user.username,
      '-w',
      user.password,
      '-e',
      '127.0.0.1',
      '-r',
      String(peerPort),
    ],
    ...['-n', '10', '-m', '2', '-l', '160', '-z', '5', ...flags, '127.0.0.1'],
  ]);
  const totals = [...text.matchAll(/tot_send_msgs=(\d+), tot_recv_msgs=(\d+)/g)].at(-1);
  if (totals === undefined) throw new Error(text.slice(-1500));
  return { sent: Number(totals[1]), received: Number(totals[2]) };
}

describe('turnutils_uclient', { concurrent: true, timeout: 90_000 }, () => {
  it.for([
    ['channels over UDP to a peer', []],
    ['Send indications over UDP to a peer', ['-s']],
    ['channels over TCP to a peer', ['-t']],
    ['channels over UDP, client to client', ['-y']],
    ['Send indications over TCP, client to client', ['-y', '-t', '-s']],
    ['an IPv4 relay asked for by name', ['-X']],
    ['TCP relaying (RFC 6062), client to client', ['-T']],
  ] as const)('%s: nothing is lost', async ([, flags], context) => {
    if (skipped !== null) return context.skip(skipped);
    const { sent, received } = await uclient(flags);
    expect(sent).toBeGreaterThanOrEqual(20);
    expect(received).toBe(sent);
  });

  it('TCP relaying (RFC 6062), peers that call', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    const { sent, received } = await uclient(['-T', '-P']);
    // It counts what both of its ends send and what one of them receives, with coturn as well.
    expect(sent).toBe(20);
    expect(received).toBe(10);
  });

  it('channels over TLS to a peer', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    // Over TLS this client takes several frames that come at once for one, with coturn as well.
    const { sent, received } = await uclient(['-t', '-S']);
    expect(sent).toBeGreaterThanOrEqual(20);
    expect(received).toBeGreaterThan(0);
  });

  it('time-limited credentials', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    const { username, credential } = mintRestCredential(secret, 'app', Date.now() / 1000 + 600);
    const { sent, received } = await uclient(['-s'], { username, password: credential });
    expect(received).toBe(sent);
    expect(events.some((event) => event.kind === 'allocated' && event.username === username)).toBe(true);
  });

  it('a wrong password gets nowhere', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    await expect(uclient([], { ...alice, password: 'wrong' })).rejects.toThrow(
      /401|Cannot complete Allocation/,
    );
  });
});

describe('coturn’s STUN clients', () => {
  it('turnutils_stunclient reads its addresses', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    const { port } = endpointOf(server, 'udp');
    const text = await printed('turnutils_stunclient', ['-p', String(port), '127.0.0.1']);
    expect(text).toMatch(/UDP reflexive addr: 127\.0\.0\.1:\d+/);
  });

  it('turnutils_natdiscovery finds no NAT on loopback', async (context) => {
    if (skipped !== null) return context.skip(skipped);
    const { port } = endpointOf(server, 'udp');
    const text = await printed('turnutils_natdiscovery', ['-m', '-f', '-p', String(port), '127.0.0.1']);
    expect(text).toContain('Endpoint Independent Filtering');
    expect(text).toMatch(/Endpoint Independent Mapping|No NAT/i);
  });
});
