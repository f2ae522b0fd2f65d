/**
 * The service in this process as most tests want it: ports of its own, nothing kept. It logs everything, which nobody
 * reads unless a test asks, and which the run of all tests searches for secrets.
 */
import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { serveConfigSchema } from '../contract/config.ts';
import type { Envelope } from '../contract/envelope.ts';
import { type RunningService, type ServiceOptions, startService } from '../service/server.ts';

export function startQuietService(
  extra: Record<string, unknown> = {},
  options: ServiceOptions = {},
): Promise<RunningService> {
  const config = serveConfigSchema.parse({
    port: 0,
    store: ':memory:',
    stun: { port: 0, alternatePort: 0 },
    limits: { reportsPerMinute: 5000, requestsPerMinute: 20_000 },
    log: 'debug',
    ...extra,
  });
  return startService(config, { logTo: new PassThrough().resume(), ...options });
}

/** Its id in the store. */
export async function postReport(service: RunningService, report: Envelope): Promise<string> {
  const reply = await fetch(new URL('/api/reports', service.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(report),
  });
  if (!reply.ok) throw new Error(`report refused: ${reply.status} ${await reply.text()}`);
  return z.object({ id: z.string() }).parse(await reply.json()).id;
}
