/** Lines with delay, rate and bursts of loss in the kernel, an application's own ICE servers, and ejabberd, as users run them. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { buildLab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labProgram, reportOf } from './lab-program.ts';

const obstacle = labObstacle([
  'ip',
  'nft',
  'sysctl',
  'tc',
  'iptables',
  'python3',
  'turnserver',
  'openssl',
  'ejabberdctl',
]);
if (obstacle !== null) console.warn(`lab lines skipped: ${obstacle}`);

const examples = fileURLToPath(new URL('../../scenarios/examples', import.meta.url));

/** Runs on the server: counts datagrams until none has come for 400 ms. Clocks of processes are one on a machine. */
const count = `
const socket = require('node:dgram').createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
const numbers = [];
let bytes = 0, firstMs = Infinity, lastMs = 0, timer;
socket.on('message', (message) => {
  numbers.push(message.readUInt32BE(0));
  bytes += message.length + 28;
  lastMs = Date.now();
  firstMs = Math.min(firstMs, Number(message.readBigUInt64BE(4)));
  clearTimeout(timer);
  timer = setTimeout(() => { console.log(JSON.stringify({ numbers, bytes, tookMs: lastMs - firstMs })); socket.close(); }, 400);
});
socket.bind(7000, () => console.log('listening'));
`;
/** Sends \`COUNT\` datagrams of \`SIZE\` bytes, each with its number and when it was sent; a pause now and then. */
const send = `
const [address, amount, size] = process.argv.slice(1);
const socket = require('node:dgram').createSocket({ type: 'udp4', sendBufferSize: 4 << 20 });
socket.connect(7000, address, async () => {
  for (let number = 0; number < Number(amount); number += 1) {
    const message = Buffer.alloc(Number(size));
    message.writeUInt32BE(number);
    message.writeBigUInt64BE(BigInt(Date.now()), 4);
    await new Promise((done) => socket.send(message, done));
  }
  socket.close();
});
`;

interface Counted {
  readonly numbers: readonly number[];
  readonly bytes: number;
  readonly tookMs: number;
}

describe.skipIf(obstacle !== null)('lines of the lab', { timeout: 120_000 }, () => {
  const { lab: polynyaLab, file } = labProgram();
  const run = (...args: readonly string[]) => polynyaLab('run', ...args);

  it('losses come in bursts of the length asked for, and no more bytes pass than the rate', async () => {
    const fast = { delayMs: 0, jitterMs: 0, upKbit: null, downKbit: null };
    const lab = await buildLab({
      sites: [
        { name: 'wifi', hosts: 1, boxes: [], loss: { up: 0.2, down: 0, burst: 10 } },
        { name: 'slow', hosts: 1, boxes: [], line: { ...fast, upKbit: 1_000 } },
      ],
    });
    try {
      const sendFrom = async (index: number, amount: number, size: number): Promise<Counted> => {
        const counter = lab.spawn(lab.server, [process.execPath, '-e', count]);
        await counter.waitFor(/listening/, 10_000);
        const host = lab.topology.sites[index]?.hosts[0]?.namespace ?? '';
        const words = [lab.serverAddresses[0], `${amount}`, `${size}`];
        expect((await lab.run(host, [process.execPath, '-e', send, ...words])).code).toBe(0);
        const [, json = ''] = await counter.waitFor(/^(\{.*\})$/m, 20_000);
        return JSON.parse(json);
      };
      const sent = 6_000;
      const { numbers } = await sendFrom(0, sent, 100);
      const gaps = numbers.filter((number, index) => number !== (numbers[index - 1] ?? -1) + 1).length;
      const lost = sent - numbers.length;
      // 120 bursts or so: a third more or less than the mean is five standard deviations away.

      expect(lost / sent).toBeGreaterThan(0.1);
      expect(lost / sent).toBeLessThan(0.3);
      expect(lost / gaps).toBeGreaterThan(6);
      expect(lost / gaps).toBeLessThan(15);

      const { bytes, tookMs } = await sendFrom(1, 200, 1_200);
      // What passed in the time, and what the bucket holds.
      expect(bytes * 8).toBeLessThan(1_000 * tookMs + 8 * 6_000);
      expect(bytes).toBeLessThan(200 * 1_228);
    } finally {
      await lab.close();
    }
  });

  it('a delay is on both lines of a direct path, once each way, in the kernel as in the simulator', async () => {
    const far = file(
      'far.yaml',
      `
name: far
about: Two lines of 60 ms, so that a question and its answer take 240 ms.
sites:
  east: { behind: [{ nat: { like: home-router } }], delay: 60ms }
  west: { behind: [{ nat: { like: home-router } }], delay: 60ms }
`,
    );
    // A client of the user's own, whose STUN server is on port 19302.
    const client = ['--agent', `node ${examples}/plug-in-client.mjs`];
    const named = ['--ice-servers', `${examples}/ice-servers.json`];
    const [real, simulated] = [
      await run(far, '--json', ...client, ...named),
      await run(far, '--json', ...named, '--simulate'),
    ];
    const reports = [real, simulated].map(({ stdout }) => reportOf(stdout).body);
    expect(reports[0]?.agent).toBe('plug-in client');
    for (const { cells } of reports) {
      const [attempt] = cells[0]?.tries ?? [];
      expect(attempt?.outcome).toBe('connected');
      const { iceMs, candidateMs } = attempt?.milestones ?? {};
      expect((iceMs ?? 0) - (candidateMs ?? 0)).toBeGreaterThan(230);
      expect(attempt?.selected).toMatchObject({ local: { type: 'srflx' }, remote: { type: 'srflx' } });
    }
    expect(reports[0]?.sites[0]?.boxes.at(-1)).toBe('line 60 ms each way');
    for (const notice of reports[0]?.notices ?? []) expect(notice).toMatch(/made by NFQUEUE/);
  });

  it('--ice-servers: ports that are named decide, and a transport that is not named gives no candidate', async () => {
    const hotel = file(
      'hotel.yaml',
      `
name: hotel
about: TCP 443 only against a home, with what the application names.
sites:
  hotel: { behind: [{ nat: { like: home-router }, firewall: { kind: tcp-443-only } }] }
  home: { behind: [{ nat: { like: home-router } }] }
  friend: { behind: [{ nat: { like: home-router } }] }
paths: [direct, relay-udp, relay-tcp, relay-tls]
pairs: [[hotel, home], [home, friend]]
expect:
  - { from: hotel, path: direct, outcome: failed }
  - { from: hotel, path: relay-udp, outcome: failed }
  - { outcome: connected }
`,
    );
    const urls = [
      ['stun:stun.example.org:19302', 'turn:turn.example.org:443?transport=tcp'],
      ['turns:turn.example.org', 'turns:turn.example.org:443'],
    ];
    const named = file('ice.json', JSON.stringify(urls.map((list) => ({ urls: list }))));
    const { code, stdout } = await run(hotel, '--ice-servers', named, '--json', '--assert');
    const results = reportOf(stdout).body.cells.map(({ from, path, transport, succeeded, failure }) => [
      `${from} ${path} ${transport}`,
      succeeded > 0 ? 'connected' : failure?.code,
    ]);
    expect(results).toEqual([
      ['hotel mesh udp', 'ice-failed'],
      ['home mesh udp', 'connected'],
      ['hotel relay udp', 'ice-no-candidates'],
      ['home relay udp', 'ice-no-candidates'],
      // Plain TURN on 443, which the firewall does not look into.
      ['hotel relay tcp', 'connected'],
      ['home relay tcp', 'connected'],
      // 5349 is tried first and does not leave the hotel; 443 does.
      ['hotel relay tls', 'connected'],
      ['home relay tls', 'connected'],
    ]);
    // The home wanted a relay over UDP as well.
    expect(code).toBe(1);
    const { stdout: inMemory } = await run(hotel, '--ice-servers', named, '--json', '--simulate');
    expect(
      reportOf(inMemory).body.cells.map(({ succeeded, failure }) =>
        succeeded > 0 ? 'connected' : failure?.code,
      ),
    ).toEqual(results.map(([, outcome]) => outcome));
  });

  it('ejabberd as TURN server, over every transport', async () => {
    const { code, stdout } = await run('ejabberd-relay', '--assert');
    expect(stdout).toContain('in the kernel');
    expect(stdout).toContain('3 of 3 cells as expected');
    expect(code).toBe(0);
  });
});
