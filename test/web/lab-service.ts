/** The service as a process of its own in the server’s namespace of a lab. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../scenarios/io/lab.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

export const adminToken = 'token-of-the-lab-service-01';

/** Listens on the lab’s first address, and for the NAT test on both; returns its URL. */
export async function startLabService(lab: Lab, settings: Record<string, unknown> = {}): Promise<string> {
  requireBuilt();
  const [host, alternateAddress] = lab.serverAddresses;
  const config = join(lab.folder('service'), 'polynya.json');
  const all = { host, port: 7478, store: ':memory:', adminToken, stun: { alternateAddress }, ...settings };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(all), { mode: 0o600 });
  const service = lab.spawn(lab.server, [process.execPath, builtCli, 'serve', '--config', config]);
  const url = (await service.waitFor(/Dashboard +(http\S+)/, 30_000))[1];
  if (url === undefined) throw new Error('the service printed no URL');
  return url;
}

const ask = `const [url, method, token, body] = process.argv.slice(1);
const headers = { authorization: 'Bearer ' + token, ...(body === '' ? {} : { 'content-type': 'application/json' }) };
fetch(url, { method, headers, ...(body === '' ? {} : { body }) })
  .then((reply) => reply.text()).then((text) => process.stdout.write(text || 'null'));`;

/** Asks the API from inside the server’s namespace, which this process is not in. */
export async function askLabService(
  lab: Lab,
  service: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const argv = [
    new URL(path, service).href,
    method,
    adminToken,
    body === undefined ? '' : JSON.stringify(body),
  ];
  const { stdout, stderr } = await lab.run(lab.server, [process.execPath, '-e', ask, ...argv]);
  if (stdout === '') throw new Error(`${method} ${path}: ${stderr}`);
  return JSON.parse(stdout);
}
