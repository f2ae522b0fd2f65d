/** ICE agents that nobody here wrote, at our TURN server: two of each, which may use nothing but relayed addresses. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import type { TurnServerEvent } from '../../turn/server/turn-server-event.ts';
import { makeCertificate } from '../net/make-certificate.ts';
import { alice, endpointOf, startLoopback } from '../net/turn-stage.ts';
import { programs } from '../runner/packages.mjs';

const libraries = programs.filter(({ file }) => file !== undefined);
const missing = libraries.filter(({ file }) => !existsSync(file ?? '')).map((row) => row.package);
const skipped = missing.length === 0 ? null : `not installed: ${missing.join(', ')}`;

let folder: string;
let server: TurnServerHandle;
const events: TurnServerEvent[] = [];

beforeAll(async () => {
  if (skipped !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'polynya-ice-'));
  server = await startLoopback({
    certificate: makeCertificate(folder),
    onEvent: (event) => events.push(event),
  });
});
afterAll(async () => {
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function talk(script: string, transport: 'udp' | 'tcp' | 'tls'): Promise<unknown> {
  const path = fileURLToPath(new URL(`agents/${script}`, import.meta.url));
  const { port } = endpointOf(server, transport);
  const arguments_ = [path, String(port), transport, alice.username, alice.password];
  // Debian’s own interpreter: others do not see Debian’s libraries.
  const child = spawn('/usr/bin/python3', arguments_, {
    env: { ...process.env, SSL_CERT_FILE: join(folder, 'authority.pem') },
    timeout: 45_000,
    killSignal: 'SIGKILL',
  });
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  await once(child, 'close');
  if (out === '') throw new Error(complaints);
  return JSON.parse(out);
}

describe('relay only', { timeout: 60_000 }, () => {
  // TLS of libnice is the pseudo-TLS of Google Talk and OCS, not RFC 8656’s.
  it.for([
    ['aioice', 'udp', 'relay'],
    ['aioice', 'tcp', 'relay'],
    ['aioice', 'tls', 'relay'],
    ['libnice', 'udp', 'relayed'],
    ['libnice', 'tcp', 'relayed'],
  ] as const)('%s over %s', async ([library, transport, relayed], context) => {
    if (skipped !== null) return context.skip(skipped);
    events.length = 0;
    const before = server.traffic.toPeers;
    const talked = await talk(`${library}-relay.py`, transport);
    expect(talked).toEqual({ candidates: [relayed, relayed], echoed: 10 });
    const made = events.filter(({ kind }) => kind === 'allocated');
    expect(made).toMatchObject([{ transport }, { transport }]);
    // 401 is the challenge; nothing else was wrong with what they asked.
    expect(events.filter((event) => event.kind === 'refused' && event.code !== 401)).toEqual([]);
    expect(server.traffic.toPeers - before).toBeGreaterThan(200);
  });
});
