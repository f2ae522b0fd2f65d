/** `polynya turn check` in namespaces with public addresses: a sound coturn fails in nothing but what 4.6.1 cannot do, faults of the network and of the configuration are told apart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnReport } from '../../contract/turn-report.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { denyLines } from '../../turn/check/checks/forbidden-peers.ts';
import { specialV4 } from '../../turn/lint/address.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);

const denyAll = denyLines([...specialV4.map(({ cidr }) => cidr), '168.63.129.16/32']).split('\n');
const sound = [
  'no-rfc5780',
  'no-stun-backward-compatibility',
  'response-origin-only-with-rfc5780',
  'no-software-attribute',
  'no-multicast-peers',
  'no-tcp-relay',
  'user-quota=12',
  'total-quota=1200',
  'max-bps=1000000',
];
/** Fixed in later releases only; nothing in a configuration of 4.6.1 mends it. */
const inherent = ['A10'];

interface Broken {
  readonly name: string;
  readonly config: readonly string[];
  /** A rule in the server's namespace, or in ours, which then is a filter on the way. */
  readonly nft?: { readonly at: 'server' | 'client'; readonly rule: string };
  readonly only: string;
  readonly found: readonly string[];
  readonly fix: RegExp;
}

const broken: readonly Broken[] = [
  {
    name: 'an external-ip that is not ours',
    only: 'L04,L05,P01,P02,F01,F02',
    config: [...sound, ...denyAll, 'external-ip=11.78.99.99'],
    found: ['F02'],
    fix: /external-ip=/,
  },
  {
    name: 'a private external-ip',
    only: 'L04,L05,P01,P02,F01,F02',
    config: [...sound, ...denyAll, 'external-ip=10.1.2.3'],
    found: ['F02', 'L04'],
    fix: /external-ip=/,
  },
  {
    name: 'relay ports closed in the firewall',
    only: 'L04,P01,P02,F01,F02',
    config: [...sound, ...denyAll],
    nft: { at: 'server', rule: 'type filter hook input priority 0; udp dport 49152-65535 drop' },
    found: ['F01'],
    fix: /min-port–max-port/,
  },
  {
    name: 'a filter on the way that drops what comes from the relay ports',
    only: 'L04,P01,P02,F01,F02',
    config: [...sound, ...denyAll],
    nft: { at: 'client', rule: 'type filter hook input priority 0; udp sport 49152-65535 drop' },
    found: ['F02'],
    fix: /outgoing UDP/,
  },
  {
    name: 'no deny rules',
    only: 'X',
    config: sound,
    found: ['X03', 'X04', 'X05', 'X06', 'X08'],
    fix: /denied-peer-ip=/,
  },
  {
    name: 'deny rules in CIDR, which 4.6.1 drops',
    only: 'X',
    config: [...sound, ...denyAll.slice(2), 'denied-peer-ip=10.0.0.0/8'],
    found: ['X03'],
    fix: /denied-peer-ip=10\.0\.0\.0-10\.255\.255\.255/,
  },
  {
    name: 'a relay range of well-known ports',
    only: 'L',
    config: [...sound, ...denyAll, 'min-port=500', 'max-port=900'],
    found: ['L06'],
    fix: /min-port=49152/,
  },
];

describe.skipIf(obstacle !== null)(
  `turn check in the lab${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    beforeAll(async () => {
      requireBuilt();
      lab = await buildLab();
    });
    afterAll(() => lab?.close());

    async function checked(
      server: Coturn,
      only: readonly string[] = [],
    ): Promise<{ report: TurnReport; code: number | null; text: string }> {
      const env = { POLYNYA_TURN_USERNAME: server.username, POLYNYA_TURN_CREDENTIAL: server.password };
      const argv = [process.execPath, builtCli, 'turn', 'check', server.turnUri, '--json', ...only];
      const result = await lab.run(lab.client, argv, { timeoutMs: 90_000, env });
      if (result.stdout === '') throw new Error(result.stderr);
      return { report: JSON.parse(result.stdout), code: result.code, text: result.stdout };
    }

    const failedIn = ({ body }: TurnReport) =>
      body.checks
        .filter(({ status, id }) => status === 'failed' && !inherent.includes(id))
        .map(({ id }) => id)
        .sort();

    const start = (config: readonly string[]) =>
      startCoturn(lab, { addresses: [lab.serverAddresses[0]], config });

    it('a sound coturn: nothing failed that its configuration could mend', async () => {
      const server = await start([...sound, ...denyAll]);
      try {
        const { report, code, text } = await checked(server);
        expect(failedIn(report)).toEqual([]);
        expect(code).toBe(report.body.counts.failed > 0 ? 1 : 0);
        expect(report.body.packets.sent).toBeLessThanOrEqual(300);
        const passed = report.body.checks.filter(({ status }) => status === 'passed').map(({ id }) => id);
        expect(passed).toEqual(
          expect.arrayContaining(['A01', 'A04', 'F01', 'F02', 'L04', 'P01', 'P02', 'X05']),
        );
        expect(text).not.toContain(server.password);
      } finally {
        await server.stop();
      }
    });

    it.each(broken)('$name: $found', async ({ config, nft, only, found, fix }) => {
      const server = await start(config);
      try {
        if (nft !== undefined) {
          const stdin = `table inet broken {\n chain one {\n ${nft.rule}\n }\n}\n`;
          const made = await lab.run(lab[nft.at], ['nft', '-f', '-'], { stdin });
          expect([made.code, made.stderr]).toEqual([0, '']);
        }
        const { report, code } = await checked(server, ['--only', only]);
        expect(failedIn(report)).toEqual(found);
        expect(code).toBe(1);
        expect(report.body.checks.find(({ id }) => id === found[0])?.fix).toMatch(fix);
      } finally {
        if (nft !== undefined) await lab.run(lab[nft.at], ['nft', 'delete', 'table', 'inet', 'broken']);
        await server.stop();
      }
    });
  },
);
