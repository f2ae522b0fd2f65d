/** The check in Debian’s Firefox, with a relay over UDP and over TCP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { visitReportBodySchema } from '../../contract/visit-report.ts';
import type { RunningService } from '../../service/server.ts';
import { freePort } from '../free-port.ts';
import { checkObstacle, type LocalCoturn, startLocalCoturn } from './check-stage.ts';
import { startQuietService } from './dashboard-stage.ts';
import { firefoxObstacle, runInFirefox } from './firefox.ts';

const obstacle = firefoxObstacle ?? checkObstacle({ coturn: true });

const resultSchema = z.object({
  status: z.string(),
  code: z.string(),
  causes: z.array(z.object({ id: z.string() })),
  report: z.object({ body: visitReportBodySchema }),
});

describe.skipIf(obstacle !== null)(`Check in Firefox${obstacle === null ? '' : ` (${obstacle})`}`, () => {
  let coturn: LocalCoturn;
  let service: RunningService;
  let port: number;

  beforeAll(async () => {
    [coturn, port] = await Promise.all([startLocalCoturn(), freePort()]);
    const { url, username, password: credential } = coturn;
    const urls = [url, url.replace('udp', 'tcp'), 'turn:127.0.0.1:47999?transport=tcp'];
    service = await startQuietService({
      check: { embedOrigins: [`http://127.0.0.1:${port}`] },
      servers: [{ label: 'coturn', urls, auth: 'password', username, credential }],
    });
  });
  afterAll(async () => {
    await service?.close();
    await coturn?.stop();
  });

  it('sends data through each relay and names the dead one', { timeout: 60_000 }, async () => {
    const script = `import('${service.url}/embed.js').then(({ runCheck }) => runCheck())`;
    const result = resultSchema.parse(await runInFirefox({ script, port, timeoutMs: 50_000 }));
    const { relays = [], attempts, run } = result.report.body;
    expect(result, JSON.stringify(relays)).toMatchObject({ status: 'good', code: 'direct-and-relay' });
    expect(relays.map(({ transport, outcome }) => [transport, outcome])).toEqual([
      ['udp', 'ok'],
      ['tcp', 'ok'],
      ['tcp', 'failed'],
    ]);
    expect(result.causes.map(({ id }) => id)).toEqual(['turn-down']);
    expect(attempts.map(({ path, rung }) => [path, rung])).toEqual([
      ['mesh', 'S4'],
      ['relay', 'S4'],
    ]);
    expect(run.userAgent).toContain('Firefox');
  });
});
