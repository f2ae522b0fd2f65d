/** Media servers of a scenario, and ways out that only some clients know how to take. */
import { describe, expect, it } from 'vitest';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { inShort, labProgram } from './lab-program.ts';

const obstacle = labObstacle([
  ...(['ip', 'nft', 'sysctl', 'turnserver', 'openssl', 'janus'] as const),
  ...(['chromium', 'firefox-esr', 'certutil', 'tinyproxy'] as const),
]);
if (obstacle !== null) console.warn(`lab servers skipped: ${obstacle}`);

describe.skipIf(obstacle !== null)('servers of the lab', { timeout: 120_000 }, () => {
  const { reportOfText } = labProgram();
  const bodyOf = async (text: string) => (await reportOfText(text)).body;

  it('over Janus a browser and Polynya’s client hear each other, whatever their NATs', async () => {
    const { cells, server } = await bodyOf(`
name: janus
about: Another SFU, to which clients offer what they send.
sfu: { kind: janus }
sites:
  home: { agent: { kind: chromium }, behind: [{ nat: { like: symmetric } }] }
  left: { behind: [{ nat: { like: carrier-symmetric } }] }
paths: [sfu]
`);
    expect(cells.map(inShort)).toEqual(['home left sfu udp S5']);
    expect(server).toBe('coturn, Janus');
    expect(cells[0]).toMatchObject({ asExpected: true, selectedPair: { remote: { type: 'host' } } });
  });

  it('rooms of the service are joined from each host; who does not reach it fails before ICE', async () => {
    const { cells, server } = await bodyOf(`
name: rooms
about: Signalling over the way out that the media take.
sfu: { kind: service }
sites:
  phone: { behind: [{ nat: { like: carrier-symmetric } }] }
  laptop: { behind: [{ nat: { like: symmetric } }] }
  six: { ipv4: false, ipv6: open }
pairs: [[phone, laptop], [six, phone], [laptop, six]]
paths: [sfu]
`);
    expect(server).toBe('coturn, polynya serve');
    expect(cells.map(inShort)).toEqual([
      'phone laptop sfu udp S5',
      'six phone sfu udp failed',
      'laptop six sfu udp failed',
    ]);
    expect(cells.map(({ failure }) => failure?.code ?? null)).toEqual([
      null,
      'signal-failed',
      'signal-failed',
    ]);
    expect(cells[1]?.rung).toBe('S0');
    expect(cells.every(({ asExpected }) => asExpected === true)).toBe(true);
  });

  it('through HTTP proxies both browsers reach TURN over TLS, Firefox by its name', async () => {
    const { cells } = await bodyOf(`
name: proxies
about: Two companies with nothing but a proxy.
sites:
  office: { agent: { kind: chromium }, behind: [{ nat: { like: home-router }, firewall: { kind: http-proxy } }] }
  branch: { agent: { kind: firefox }, behind: [{ nat: { like: home-router }, firewall: { kind: http-proxy } }] }
paths: [relay-tls]
`);
    expect(cells.map(inShort)).toEqual(['office branch relay tls S4']);
    expect(cells[0]).toMatchObject({ asExpected: true, selectedPair: { remote: { type: 'relay' } } });
  });
});
