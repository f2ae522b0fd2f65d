/**
 * Are the kernel's NATs what their descriptions say? Asked of programs that are not ours: coturn's server and its
 * turnutils_natdiscovery. What that tool cannot tell (port-dependent behaviour, ports, pools, lifetimes, hairpinning,
 * permissions per endpoint) is read off the wire by a small prober.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab, type LabOptions } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { type Dependence, dependences } from '../../scenarios/nat-behaviour.ts';
import { type NatSpec, natLabel } from '../../scenarios/plan/nat-spec.ts';
import { askInRows, askThrough, type Corner, type Look, portOf, startMirror } from './wire-prober.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'turnutils_natdiscovery']);
if (obstacle !== null) console.warn(`lab recipes skipped: ${obstacle}`);

async function inLab<T>(options: LabOptions, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await buildLab(options);
  try {
    return await explained(lab, () => work(lab));
  } finally {
    await lab.close();
  }
}

async function explained<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) error.message += `\n${await lab.evidence()}`;
    throw error;
  }
}

/** Each mapping with each filtering and each engine, behind a site of its own on one Internet. */
function sitesOf<D extends Dependence>(kinds: readonly D[]) {
  const cells = (['session', 'table'] as const).flatMap((engine) =>
    kinds.flatMap((mapping) => kinds.map((filtering) => ({ engine, mapping, filtering }))),
  );
  return cells.map((cell, index) => {
    const nat: NatSpec = { ...cell, ports: 'sequential' };
    return { ...cell, site: { name: `s${index}`, hosts: 1, boxes: [{ nat, firewall: null }] } };
  });
}

function placeOf(lab: Lab, name: string) {
  const site = lab.topology.sites.find((each) => each.name === name);
  const [host] = site?.hosts ?? [];
  if (site === undefined || host === undefined) throw new Error(`no site ${name}`);
  return { host, natAddress: site.natAddresses[0] };
}

const standard = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;
const spoken: Record<(typeof standard)[number], string> = {
  'endpoint-independent': 'Endpoint Independent',
  'address-dependent': 'Address Dependent',
  'address-and-port-dependent': 'Address and Port Dependent',
};

describe.skipIf(obstacle !== null)('kernel NATs', () => {
  afterAll(() => {
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  // The tool waits 3 s for each answer that a filter holds back; side by side that costs it once.
  describe.concurrent('as turnutils_natdiscovery and coturn see them', { timeout: 60_000 }, () => {
    const cells = sitesOf(standard);
    let lab: Lab;
    beforeAll(async () => {
      lab = await buildLab({ sites: cells.map(({ site }) => site) });
      await startCoturn(lab);
    });
    afterAll(() => lab?.close());

    it.for(cells)('$engine: $mapping mapping, $filtering filtering', async ({ mapping, filtering, site }) => {
      await explained(lab, async () => {
        const { host, natAddress } = placeOf(lab, site.name);
        const argv = ['turnutils_natdiscovery', '-m', '-f', lab.serverAddresses[0]];
        const { stdout } = await lab.run(host.namespace, argv, { timeoutMs: 30_000 });
        const verdicts = stdout.match(/^NAT with .*$/gm);
        expect(verdicts).toEqual([
          `NAT with ${spoken[mapping]} Mapping!`,
          `NAT with ${spoken[filtering]} Filtering!`,
        ]);
        expect(stdout).toContain(`UDP reflexive addr: ${natAddress}:`);
      });
    });
  });

  describe.concurrent('on the wire', { timeout: 60_000 }, () => {
    /** For each kind: does a destination that differs in port, in address, in both, count as the same one? */
    const same: Record<Dependence, Record<'PA' | 'AP' | 'AA', boolean>> = {
      'endpoint-independent': { PA: true, AP: true, AA: true },
      'address-dependent': { PA: true, AP: false, AA: false },
      'port-dependent': { PA: false, AP: true, AA: false },
      'address-and-port-dependent': { PA: false, AP: false, AA: false },
    };
    const others = ['PA', 'AP', 'AA'] as const;
    const admits = (filtering: Dependence) => others.map((corner) => same[filtering][corner]);

    const cells = sitesOf(dependences);
    let internet: Lab;
    beforeAll(async () => {
      internet = await buildLab({ sites: cells.map(({ site }) => site) });
      await startMirror(internet);
    });
    afterAll(() => internet?.close());

    it.for(cells)('$engine: $mapping mapping, $filtering filtering', async ({ mapping, filtering, site }) => {
      await explained(internet, async () => {
        // A socket each, so that no answer opens the way for another.
        const rows = await askInRows(
          internet,
          [
            [{ socket: 'map', to: 'PP' }],
            [
              { socket: 'map', to: 'PA' },
              { socket: 'map', to: 'AP' },
              { socket: 'map', to: 'AA' },
            ],
            [{ socket: 'map', to: 'PP' }, ...others.map((reply): Look => ({ socket: reply, to: 'PP' }))],
            others.map((reply): Look => ({ socket: reply, to: 'PP', reply })),
          ],
          placeOf(internet, site.name).host.namespace,
        );
        const [[pp] = [], mapped = [], [again, ...controls] = [], filtered = []] = rows;
        expect(mapped.map((external) => external === pp)).toEqual(
          others.map((corner) => same[mapping][corner]),
        );
        expect(again).toBe(pp);
        expect(controls).not.toContain(null);
        expect(filtered.map((answer) => answer !== null)).toEqual(admits(filtering));
      });
    });

    const home = {
      mapping: 'endpoint-independent',
      filtering: 'address-and-port-dependent',
    } as const;

    it.for([{ engine: 'session' }, { engine: 'table' }] as const)(
      '$engine: a probe that was filtered does not change the mapping that follows',
      async ({ engine }) => {
        await inLab({ nat: { ...home, engine, ports: 'sequential' } }, async (lab) => {
          await startMirror(lab);
          const [first, early, punched] = await askThrough(lab, [
            { socket: 's', to: 'PP' },
            { socket: 's', to: 'PP', reply: 'AA' },
            { socket: 's', to: 'AA' },
          ]);
          expect(early).toBeNull();
          expect(punched).toBe(first);
        });
      },
    );

    it('session and table differ in how an admitted stranger is answered', async () => {
      const open = { mapping: 'address-and-port-dependent', filtering: 'endpoint-independent' } as const;
      const answeredAs = async (engine: 'session' | 'table') =>
        inLab({ nat: { ...open, engine, ports: 'sequential' } }, async (lab) => {
          await startMirror(lab);
          const [asked, stranger, answer] = await askThrough(lab, [
            { socket: 's', to: 'PP' },
            { socket: 's', to: 'PP', reply: 'AA' },
            { socket: 's', to: 'AA' },
          ]);
          expect(stranger).toBe(asked);
          return answer === asked ? 'the same mapping' : 'a mapping of its own';
        });
      expect(await answeredAs('session')).toBe('the same mapping');
      expect(await answeredAs('table')).toBe('a mapping of its own');
    });

    it.for([{ engine: 'session' }, { engine: 'table' }] as const)(
      '$engine: permissions per mapping or per endpoint',
      async ({ engine }) => {
        for (const filterScope of ['mapping', 'endpoint'] as const) {
          const nat: NatSpec = {
            mapping: 'address-and-port-dependent',
            filtering: 'address-dependent',
            ports: 'sequential',
            engine,
            filterScope,
          };
          await inLab({ nat }, async (lab) => {
            await startMirror(lab);
            const [, , answer] = await askThrough(lab, [
              { socket: 's', to: 'PP' },
              { socket: 's', to: 'AA' },
              // AP may answer to the mapping of PP only where the endpoint, not the mapping, was asked for AA.
              { socket: 's', to: 'PP', reply: 'AP' },
            ]);
            expect(answer !== null, natLabel(nat)).toBe(filterScope === 'endpoint');
          });
        }
      },
    );

    const binds = [41_000, 41_001, 41_003, 41_006, 41_007];
    const fromBinds: Look[] = binds.map((bind) => ({ socket: `b${bind}`, bind, to: 'PP' as Corner }));
    for (const engine of ['session', 'table'] as const) {
      it(`${engine}: ports preserved, and another one where the port is taken`, async () => {
        const nat: NatSpec = { ...home, mapping: 'address-and-port-dependent', engine, ports: 'preserving' };
        await inLab({ nat }, async (lab) => {
          await startMirror(lab);
          const seen = await askThrough(lab, [...fromBinds, { socket: 'b41000', to: 'AA' }]);
          expect(seen.slice(0, 5).map(portOf)).toEqual(binds);
          expect(portOf(seen[5])).toBe(20_000);
        });
      });

      it(`${engine}: ports in sequence`, async () => {
        await inLab({ nat: { ...home, engine, ports: 'sequential' } }, async (lab) => {
          await startMirror(lab);
          const ports = (await askThrough(lab, fromBinds)).map(portOf);
          expect(ports).toEqual([40_000, 40_001, 40_002, 40_003, 40_004]);
        });
      });

      it(`${engine}: parity kept, port not`, async () => {
        await inLab({ nat: { ...home, engine, ports: 'parity-preserving' } }, async (lab) => {
          await startMirror(lab);
          const ports = (await askThrough(lab, fromBinds)).map(portOf);
          expect(ports.map((port) => port % 2)).toEqual(binds.map((port) => port % 2));
          expect(ports).toEqual([40_000, 40_001, 40_003, 40_002, 40_005]);
        });
      });

      it(`${engine}: random ports, the same ones for the same seed`, async () => {
        const draw = (seed: number) =>
          inLab({ nat: { ...home, engine, ports: 'random', seed } }, async (lab) => {
            await startMirror(lab);
            return (await askThrough(lab, fromBinds)).map(portOf);
          });
        const [first, repeated, other] = [await draw(7), await draw(7), await draw(8)];
        expect(repeated).toEqual(first);
        expect(other).not.toEqual(first);
        const steps = first.slice(1).map((port, index) => port - (first[index] ?? 0));
        expect(new Set(steps).size).toBeGreaterThan(1);
      });

      it(`${engine}: a mapping ends after its lifetime, and outbound packets alone prolong it`, async () => {
        await inLab({ nat: { ...home, engine, ports: 'sequential', lifetimeSec: 2 } }, async (lab) => {
          await startMirror(lab);
          const [[before, answered, after], refreshed] = await Promise.all([
            askThrough(lab, [
              { socket: 'a', to: 'PP' },
              // What comes in at 0.7 s and 1.4 s prolongs nothing: at 3.2 s the way in is closed.
              { socket: 'a', to: 'PP', answersAfterMs: [700, 1_400, 3_200] },
              // Conntrack itself did count them; from 3.4 s on its entry is gone, too.
              { socket: 'a', to: 'PP', idleMs: 600 },
            ]),
            askThrough(lab, [
              { socket: 'b', to: 'PP' },
              { socket: 'b', to: 'PP', idleMs: 1_300 },
              { socket: 'b', to: 'PP', idleMs: 1_300 },
            ]),
          ]);
          expect(answered).toEqual([700, 1_400]);
          expect(after).not.toBe(before);
          expect(new Set(refreshed).size).toBe(1);
        });
      });
    }

    it('a pool is paired or arbitrary', async () => {
      const used = (pairing: 'paired' | 'arbitrary') =>
        inLab({ nat: { ...home, ports: 'sequential', poolSize: 3, pairing } }, async (lab) => {
          await startMirror(lab);
          const seen = await askThrough(lab, fromBinds);
          const addresses = new Set(seen.map((external) => String(external).split(':')[0]));
          for (const address of addresses) expect(lab.natAddresses).toContain(address);
          return addresses.size;
        });
      expect(await used('paired')).toBe(1);
      expect(await used('arbitrary')).toBe(3);
    });

    it('hairpinning shows the external source, obeys the filter, and is off unless asked for', async () => {
      const looks: Look[] = [
        { socket: 'a', to: 'PP' },
        { socket: 'b', to: 'PP' },
        { socket: 'b', toPeer: 'a' },
        { socket: 'a', toPeer: 'b' },
      ];
      const nat = { ...home, ports: 'sequential' } as const;
      const turned = (spec: NatSpec) =>
        inLab({ nat: spec }, async (lab) => {
          await startMirror(lab);
          return askThrough(lab, looks);
        });
      const [, externalB, open] = await turned({ ...nat, filtering: 'endpoint-independent', hairpin: true });
      expect(open).toBe(externalB);
      const [externalA, , filtered, opened] = await turned({ ...nat, hairpin: true });
      // b is a stranger to a; by trying, b has opened its own side, so a gets through.
      expect([filtered, opened]).toEqual([null, externalA]);
      const off = await turned({ ...nat, filtering: 'endpoint-independent' });
      expect(off.slice(2)).toEqual([null, null]);
    });

    it('two NATs in a row behave like the stricter of the two', async () => {
      const outer: NatSpec = { ...home, mapping: 'address-dependent', filtering: 'endpoint-independent' };
      const inner: NatSpec = { ...home, filtering: 'address-dependent', ports: 'sequential' };
      const boxes = [inner, outer].map((nat) => ({ nat, firewall: null }));
      await inLab({ sites: [{ name: 'cgn', hosts: 1, boxes }] }, async (lab) => {
        await startMirror(lab);
        const [pp, pa, aa] = await askThrough(lab, [
          { socket: 's', to: 'PP' },
          { socket: 's', to: 'PA' },
          { socket: 's', to: 'AA' },
        ]);
        expect(String(pp).split(':')[0]).toBe(lab.natAddress);
        expect([pa === pp, aa === pp]).toEqual([true, false]);
        const filtered = await askThrough(lab, [
          { socket: 'x', to: 'PP', reply: 'PA' },
          { socket: 'y', to: 'PP', reply: 'AP' },
        ]);
        expect(filtered.map((answer) => answer !== null)).toEqual([true, false]);
      });
    });

    it('several hosts behind one NAT keep apart, even from the same port', async () => {
      const boxes = [{ nat: { ...home, ports: 'preserving' } as NatSpec, firewall: null }];
      await inLab({ sites: [{ name: 'home', hosts: 2, boxes }] }, async (lab) => {
        await startMirror(lab);
        const looks: Look[] = [
          { socket: 's', bind: 41_000, to: 'PP' },
          { socket: 's', to: 'AA' },
        ];
        const [first, second] = lab.topology.sites[0]?.hosts ?? [];
        const a = await askThrough(lab, looks, first?.namespace);
        const b = await askThrough(lab, looks, second?.namespace);
        expect(a.map(portOf)).toEqual([41_000, 41_000]);
        expect(b.map(portOf)).toEqual([20_000, 20_000]);
      });
    });

    it.for(dependences.map((filtering) => ({ filtering })))(
      'a firewall without NAT, $filtering filtering',
      async ({ filtering }) => {
        await inLab({ firewall: { kind: 'stateful', filtering } }, async (lab) => {
          await startMirror(lab);
          const looks = others.map((reply): Look => ({ socket: reply, to: 'PP', reply }));
          const control: Look = { socket: 'control', bind: 41_000, to: 'PP' };
          const [[seen] = [], answers = []] = await askInRows(lab, [[control], looks]);
          expect(seen).toBe(`${lab.clientAddress}:41000`);
          expect(answers.map((answer) => answer !== null)).toEqual(admits(filtering));
        });
      },
    );

    it.for([
      { kind: 'udp-blocked', udp: null, tcp: { 80: 'connected', 443: 'connected' } },
      { kind: 'udp-rejected', udp: null, tcp: { 80: 'connected', 443: 'connected' } },
      { kind: 'tcp-443-only', udp: null, tcp: { 80: 'silence', 443: 'connected' } },
    ] as const)('a firewall with a NAT: $kind', async ({ kind, udp, tcp }) => {
      await inLab({ nat: home, firewall: { kind } }, async (lab) => {
        await startMirror(lab, [80, 443]);
        const seen = await askThrough(lab, [
          { socket: 's', to: 'PP' },
          { tcp: { to: 'PP', port: 80 } },
          { tcp: { to: 'PP', port: 443 } },
        ]);
        expect(seen).toEqual([udp, tcp[80], tcp[443]]);
      });
    });

    it('the core loses the share of packets that it is told to, both ways', async () => {
      await inLab({ nat: home, lossRate: 0.1 }, async (lab) => {
        await startMirror(lab);
        const [answered] = await askThrough(lab, [{ socket: 's', to: 'PP', burst: 2_000 }]);
        // 0.9 squared gets there and back; four standard deviations of 2 000 draws are 3.5 points.
        expect(Math.abs(Number(answered) / 2_000 - 0.81)).toBeLessThan(0.035);
      });
    });
  });
});
