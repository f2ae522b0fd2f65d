/**
 * `polynya lab` as users run it. Kernel and simulator must agree on every cell that both can run; the whole matrix is
 * held against it by `npm run lab-matrix`.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LabReport } from '../../contract/lab-report.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { runCli } from '../built-cli.ts';
import { labProgram, reportOf } from './lab-program.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);
if (obstacle !== null) console.warn(`lab run skipped: ${obstacle}`);

const example = fileURLToPath(new URL('../../scenarios/examples/plug-in-client.yaml', import.meta.url));

/** Classes that RFC 5780 cannot tell apart, isolation, a firewall, and a network without UDP. */
const mixed = `
name: mixed
about: A little of everything that kernel and simulator can both build.
paths: [direct, relay-udp, relay-tls]
sites:
  home: { behind: [{ nat: { like: home-router } }] }
  symmetric: { behind: [{ nat: { like: symmetric } }] }
  table:
    behind:
      - nat: { mapping: address-and-port-dependent, filtering: endpoint-independent, engine: table, ports: random }
  scoped: { behind: [{ nat: { like: symmetric, filterScope: endpoint } }] }
  wifi: { hosts: 2, isolated: true, behind: [{ nat: { like: home-router, hairpin: true } }] }
  office: { behind: [{ nat: { like: home-router }, firewall: { kind: udp-blocked } }] }
pairs:
  - [home, symmetric]
  - [home, table]
  - [home, scoped]
  - [symmetric, table]
  - [wifi, wifi/1]
  - [office, home]
`;

describe.skipIf(obstacle !== null)('polynya lab', { timeout: 120_000 }, () => {
  const { lab, path: pathOf, file } = labProgram();

  it('kernel and simulator agree on every cell', async () => {
    const path = file('mixed.yaml', mixed);
    const [real, simulated] = [
      await lab('run', path, '--json'),
      await lab('run', path, '--json', '--simulate'),
    ];
    expect(real.stderr).toBe('');
    const kernel = reportOf(real.stdout).body;
    const outcomes = ({ body }: LabReport) =>
      body.cells.map(({ from, to, path: way, transport, succeeded }) => [
        from,
        to,
        way,
        transport,
        succeeded > 0,
      ]);
    expect(kernel.runner).toBe('kernel');
    expect(outcomes(reportOf(real.stdout))).toEqual(outcomes(reportOf(simulated.stdout)));
    expect(kernel.counts).toMatchObject({ cells: 18, asExpected: 18, unexpected: 0, undecided: 0 });

    const cell = (from: string, to: string, transport: string, path = 'relay') =>
      kernel.cells.find(
        (c) => c.from === from && c.to === to && c.transport === transport && c.path === path,
      );
    // What stands was reached by ICE, DTLS and an echo; a relay counts only with bytes through it.
    expect(cell('home', 'scoped', 'udp', 'mesh')).toMatchObject({ rung: 'S4', failure: null });
    expect(cell('home', 'symmetric', 'udp', 'mesh')).toMatchObject({
      rung: 'S1',
      failure: { code: 'ice-failed' },
    });
    const relayed = cell('office', 'home', 'tls');
    expect(relayed).toMatchObject({
      rung: 'S4',
      selectedPair: { local: { type: 'relay' }, remote: { type: 'relay' } },
    });
    const counted = relayed?.tries.at(-1);
    expect(counted?.relayed?.receivedBytes).toBeGreaterThan(500);
    // The server saw what the client counted, and 28 bytes of IPv4 and UDP headers around each payload.
    const { packets = 0, bytes = 0 } = counted?.relayTraffic?.sent ?? {};
    expect(packets).toBeGreaterThan(4);
    expect(Math.abs(bytes - 28 * packets - (counted?.relayed?.sentBytes ?? 0))).toBeLessThan(400);
    expect(counted?.candidates?.map((told) => told.map(({ type }) => type))).toEqual([['relay'], ['relay']]);
    expect(cell('home', 'scoped', 'udp', 'mesh')?.tries.at(-1)?.candidates?.[0]).toMatchObject([
      { type: 'host', address: '192.168.1.2' },
      { type: 'srflx', address: '11.78.16.2' },
    ]);
    expect(cell('office', 'home', 'udp')).toMatchObject({ succeeded: 0, failure: { code: 'timeout' } });
    expect(kernel.sites.find(({ name }) => name === 'symmetric')?.measured).toEqual({
      mapping: 'address-and-port-dependent',
      filtering: 'address-and-port-dependent',
      udp: 'open',
    });
  });

  it('a client of the user’s own, and --junit', async () => {
    const junit = pathOf('lab.xml');
    const { code, stdout } = await lab('run', example, '--assert', '--junit', junit);
    expect(stdout).toContain('in the kernel, plug-in client, coturn');
    expect(stdout).toContain('3 of 3 cells as expected');
    expect(code).toBe(0);
    expect(readFileSync(junit, 'utf8').match(/<testcase /g)).toHaveLength(3);
  });

  it('--assert ends with 1 where a cell came out other than the file expects, and --pcap has its packets', async () => {
    // Two seconds at the most may pass before the library nominates, when a check overtook the signalling.
    const wrong = `name: wrong\nabout: an expectation that does not hold\nsites: { a: {}, b: {} }\ncall: { messagesPerSec: 5, lasts: 3s }\nexpect: [{ outcome: failed, because: nonsense }]\n`;
    const packets = pathOf('packets');
    const flags = ['--assert', '--json', '--pcap', packets];
    const { code, stdout } = await lab('run', file('wrong.yaml', wrong), ...flags);
    const text = await runCli(['report', 'show', file('wrong.json', stdout)]);
    expect(text.stdout).toContain('expected failed by the scenario: nonsense');
    const [cell] = reportOf(stdout).body.cells;
    const seen = cell?.packets?.map(({ where, direction, what }) => `${where} ${direction}: ${what}`) ?? [];
    expect(seen).toContain('a0-host0 out: binding request that nominates');
    expect(seen).toContain('server in: binding request');
    expect(seen.findIndex((text) => /DTLS handshake/.test(text))).toBeGreaterThan(
      // DTLS goes over a pair that was checked, whichever end's check was answered first.
      seen.findIndex((text) => text.endsWith('in: binding success')),
    );
    const files = readdirSync(packets).sort();
    expect(files).toEqual(['a-b-direct-a0-host0.pcap', 'a-b-direct-b1-host0.pcap', 'a-b-direct-server.pcap']);
    const reading = promisify(execFile)('tcpdump', ['-n', '-r', join(packets, files[0] ?? '')]);
    // One end asks the other's only address there is: 11.78.17.130, on the public network.
    expect((await reading).stdout).toMatch(/11\.78\.16\.130\.\d+ > 11\.78\.17\.130\.\d+: UDP/);
    expect(code).toBe(1);
  });

  it('a client that is no client is named, and nothing is left', async () => {
    const mute = `name: mute\nabout: a client that says nothing\nagent: { command: [sh, -c, 'echo hello; exit 7'] }\nsites: { a: {}, b: {} }\n`;
    const { code, stderr, pid } = await lab('run', file('mute.yaml', mute));
    expect(stderr).toMatch(/did not say \{"news":"ready",…\} on its stdout\nhello/);
    expect(code).toBe(3);
    expect(labNamespaces(pid)).toEqual([]);
  });
});
