/**
 * What `polynya turn config` writes, for each purpose: the linter finds nothing in it, the installed coturn starts
 * with it, and `turn check` finds nothing that its configuration could mend.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnReport } from '../../contract/turn-report.ts';
import { answers } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { purposes } from '../../turn/config/conf-plan.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';
import { makeCertificate } from './turn-coturn.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);

/** Fixed in later releases only; nothing in a configuration of 4.6.1 mends it. */
const inherent = ['A10'];

describe.skipIf(obstacle !== null)(
  `turn config in the lab${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    beforeAll(async () => {
      requireBuilt();
      lab = await buildLab();
    });
    afterAll(() => lab?.close());

    it.each(purposes)('%s', async (purpose) => {
      const [address] = lab.serverAddresses;
      const folder = lab.folder(`config-${purpose}`);
      const file = join(folder, 'turnserver.conf');
      const { certFile, keyFile } = makeCertificate(folder, address, 90);
      const polynya = (namespace: string, argv: readonly string[], env: Record<string, string> = {}) =>
        lab.run(namespace, [process.execPath, builtCli, 'turn', ...argv], { timeoutMs: 90_000, env });

      const written = await polynya(lab.server, [
        ...['config', '--purpose', purpose, '--address', address, '--realm', 'turn.lab.example'],
        ...['--cert', certFile, '--key', keyFile, '--for', '4.6.1', '--out', file],
        // The checking host plays the media server: that is where clients of an SFU relay to.
        ...(purpose === 'sfu' ? ['--sfu', lab.clientAddress] : []),
      ]);
      expect([written.code, written.stdout]).toEqual([0, '']);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const secret = /^static-auth-secret=(.{64})$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      expect(written.stderr).not.toContain(secret);
      expect(await polynya(lab.server, ['lint', file, '--for', '4.6.1'])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('No findings.'),
      });

      const own = ['--pidfile', join(folder, 'pid'), '--userdb', join(folder, 'db')];
      const server = lab.spawn(lab.server, ['turnserver', '-c', file, ...own], { cwd: folder });
      const port = purpose === '443' ? 443 : 3478;
      try {
        await answers(lab, lab.server, server, [{ address, port }]);
        const uris = [
          `turn:${address}:${port}`,
          `turn:${address}:${port}?transport=tcp`,
          `turns:${address}:443?transport=tcp`,
        ];
        const wanted =
          purpose === 'sfu' ? ['--must-deny', '0.0.0.0/0', '--must-allow', lab.clientAddress] : [];
        // Into a file: the report is longer than what the lab keeps of a program's output.
        const report = join(folder, 'report.json');
        const argv = ['sh', '-c', `exec "$@" > ${report}`, 'sh', process.execPath, builtCli, 'turn', 'check'];
        const { stderr } = await lab.run(lab.client, [...argv, ...uris, ...wanted, '--json'], {
          timeoutMs: 90_000,
          env: { POLYNYA_TURN_SECRET: secret, NODE_EXTRA_CA_CERTS: certFile },
        });
        const text = readFileSync(report, 'utf8');
        if (text === '') throw new Error(stderr);
        expect(text).not.toContain(secret);
        const { body }: TurnReport = JSON.parse(text);
        const failed = body.checks.filter(({ id, status }) => status === 'failed' && !inherent.includes(id));
        expect(failed.map(({ id, observed }) => `${id}: ${observed}`)).toEqual([]);
        const passed = body.checks.filter(({ status }) => status === 'passed').map(({ id }) => id);
        expect(passed).toEqual(
          expect.arrayContaining([
            'A01',
            'A04',
            'F01',
            'F02',
            'S17',
            'T01',
            'T03',
            'T04',
            'X03',
            'X05',
            'X08',
          ]),
        );
      } finally {
        await server.stop();
      }
      // Every line of the file was understood.
      expect(`${server.stdout()}${server.stderr()}`).not.toMatch(
        /Bad configuration|Wrong address|unknown option/i,
      );
    });
  },
);
