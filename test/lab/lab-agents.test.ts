/** Clients of every kind, and the paths that only some of them have, through kernel NATs. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LabCell } from '../../contract/lab-report.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { inShort, labProgram } from './lab-program.ts';

const aiortc = '/usr/lib/python3/dist-packages/aiortc/__init__.py';
const programs = [
  'ip',
  'nft',
  'sysctl',
  'turnserver',
  'openssl',
  'chromium',
  'firefox-esr',
  'certutil',
] as const;
const obstacle = labObstacle(programs) ?? (existsSync(aiortc) ? null : 'python3-aiortc is not installed');
if (obstacle !== null) console.warn(`lab agents skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)('clients of the lab', { timeout: 120_000 }, () => {
  const { reportOfText } = labProgram();
  const cellsOf = async (text: string): Promise<LabCell[]> => (await reportOfText(text)).body.cells;

  it('over TCP two NATs meet by simultaneous open, and over an SFU the kind of NAT does not matter', async () => {
    const cells = await cellsOf(`
name: own-clients
about: ICE-TCP and an SFU.
sites:
  office: { behind: [{ nat: { like: home-router }, firewall: { kind: udp-blocked } }] }
  home: { behind: [{ nat: { like: home-router } }] }
  left: { behind: [{ nat: { like: symmetric } }] }
paths: [direct-tcp, sfu]
`);
    expect(cells.map(inShort)).toEqual([
      'office home mesh tcp S4',
      'office left mesh tcp failed',
      'home left mesh tcp failed',
      'office home sfu udp failed',
      'office left sfu udp failed',
      'home left sfu udp S5',
    ]);
    expect(cells.every(({ asExpected }) => asExpected === true)).toBe(true);
    expect(cells[0]?.selectedPair).toMatchObject({ local: { type: 'srflx' }, remote: { type: 'srflx' } });
  });

  it('Chromium and Firefox see each other’s picture, steadily', async () => {
    const [cell] = await cellsOf(`
name: browsers
about: A picture each way.
media: video
sites:
  home: { agent: { kind: chromium }, behind: [{ nat: { like: home-router } }] }
  friend: { agent: { kind: firefox }, behind: [{ nat: { like: port-restricted-cone } }] }
`);
    expect(cell).toMatchObject({ rung: 'S7', succeeded: 1, asExpected: true });
    const { echoMs, packetMs, frameMs, stableMs } = cell?.tries[0]?.milestones ?? {};
    expect(echoMs).toBeGreaterThan(0);
    expect(packetMs).toBeGreaterThan(0);
    expect(frameMs).toBeGreaterThanOrEqual(packetMs ?? 0);
    expect(stableMs).toBeGreaterThan((frameMs ?? 0) + 4_900);
  });

  it('Chromium meets Polynya’s client over TCP and over a relay, and aiortc directly', async () => {
    const cells = await cellsOf(`
name: mixed-clients
about: Clients that have never seen each other.
agent: { kind: chromium }
sites:
  home: { behind: [{ nat: { like: home-router } }] }
  cloud: { agent: { kind: polynya } }
paths: [direct-tcp, relay-tls]
`);
    expect(cells.map(inShort)).toEqual(['home cloud mesh tcp S4', 'home cloud relay tls S4']);
    expect(cells[1]?.selectedPair).toMatchObject({ local: { type: 'relay' }, remote: { type: 'relay' } });
    const python = await cellsOf(`
name: python
about: aiortc behind a NAT.
sites:
  home: { agent: { kind: aiortc }, behind: [{ nat: { like: home-router } }] }
  cloud: {}
`);
    expect(python.map(inShort)).toEqual(['home cloud mesh udp S4']);
  });
});
