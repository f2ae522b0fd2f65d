/** HTTPS of the service: its own certificate, a given one, and plain HTTP on the same port. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { serveConfigSchema } from '../../contract/config.ts';
import { ServiceStartError } from '../../service/fault.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { makeSelfSigned } from '../../service/tls/self-signed.ts';

let folder: string;
const services: RunningService[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-tls-'));
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(tls: unknown): Promise<RunningService> {
  const stun = { enabled: false };
  const config = serveConfigSchema.parse({ port: 0, store: join(folder, 'runs.sqlite'), stun, tls });
  const service = await startService(config, { logTo: { write: () => undefined } });
  services.push(service);
  return service;
}

interface Answer {
  readonly status: number | undefined;
  readonly location: string | undefined;
}

function ask(url: string, options: { ca?: string; method?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? request : plainRequest;
    const asked = send(url, { ...options, agent: false }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve({ status: response.statusCode, location: response.headers.location });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

function certificateOf({ tls }: RunningService): string {
  return readFileSync(tls?.certFile ?? '', 'utf8');
}

describe('--tls self', () => {
  it('serves pages and WebSockets to those who trust the certificate, and to nobody else', async () => {
    const service = await start('self');
    expect(service.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const ca = certificateOf(service);
    expect(new X509Certificate(ca).fingerprint256).toBe(service.tls?.fingerprint);
    expect(await ask(`${service.url}/healthz`, { ca })).toMatchObject({ status: 200 });
    expect(await ask(`${service.url.replace('127.0.0.1', 'localhost')}/healthz`, { ca })).toMatchObject({
      status: 200,
    });
    await expect(ask(`${service.url}/healthz`)).rejects.toThrow('self-signed certificate');
    const socket = new WebSocket(`${service.url.replace('https:', 'wss:')}/ws/rooms`, { ca });
    const heard = await new Promise((resolve, reject) => {
      socket.on('open', () => socket.send('{}'));
      socket.on('message', (data) => resolve(JSON.parse(String(data))));
      socket.on('error', reject);
    });
    expect(heard).toMatchObject({ type: 'error', code: 'signal-invalid' });
  });

  it('sends who comes without TLS to the same place, and serves nothing in clear', async () => {
    const service = await start('self');
    const plain = service.url.replace('https:', 'http:');
    expect(await ask(`${plain}/room/abc?x=1`)).toEqual({
      status: 308,
      location: `${service.url}/room/abc?x=1`,
    });
    expect(await ask(`${plain}/api/reports`, { method: 'POST' })).toMatchObject({ status: 308 });
    const garbled = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(plain);
      const socket = connect(Number(port), hostname, () => {
        socket.write('GET / HTTP/1.1\r\nHost: evil.example/"><script>\r\n\r\n');
      });
      socket.on('data', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    expect(garbled).toMatch(/^HTTP\/1\.1 400 /);
    expect(garbled).not.toContain('script');
  });

  it('ends at once although a client has opened a connection and says nothing', async () => {
    const service = await start('self');
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('connect', resolve));
    // The server has taken the connection before it answers one that came after it.
    await ask(`${service.url}/healthz`, { ca: certificateOf(service) });
    await service.close();
    await closed;
  });

  it('keeps its certificate over a restart, for its owner’s eyes only', async () => {
    const first = await start('self');
    await first.close();
    const second = await start('self');
    expect(second.tls).toEqual(first.tls);
    expect(statSync(join(folder, 'runs.sqlite.key.pem')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['ends soon', { names: ['localhost', '127.0.0.1', '::1'], days: 20 }],
    ['lacks a name', { names: ['localhost'], days: 300 }],
  ])('makes another one when the kept one %s', async (_why, { names, days }) => {
    const [notBefore, notAfter] = [new Date(), new Date(Date.now() + days * 86_400_000)];
    const old = makeSelfSigned({ names, notBefore, notAfter });
    writeFileSync(join(folder, 'runs.sqlite.key.pem'), old.key);
    writeFileSync(join(folder, 'runs.sqlite.cert.pem'), old.cert);
    const service = await start('self');
    expect(service.tls?.fingerprint).not.toBe(new X509Certificate(old.cert).fingerprint256);
    expect(await ask(`${service.url}/healthz`, { ca: certificateOf(service) })).toMatchObject({
      status: 200,
    });
  });
});

describe('a given certificate', () => {
  const names = ['127.0.0.1'];
  const [notBefore, notAfter] = [new Date(Date.now() - 1000), new Date(Date.now() + 86_400_000)];
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  it('is served', async () => {
    const { cert, key } = makeSelfSigned({ names, notBefore, notAfter });
    const service = await start({ cert: write('c.pem', cert), key: write('k.pem', key) });
    expect(service.tls).toMatchObject({ isSelfSigned: false });
    expect(await ask(`${service.url}/healthz`, { ca: cert })).toMatchObject({ status: 200 });
  });

  it('with the key of another one, or missing, stops the start with its file’s name', async () => {
    const { cert } = makeSelfSigned({ names, notBefore, notAfter });
    const { key } = makeSelfSigned({ names, notBefore, notAfter });
    const tls = { cert: write('c.pem', cert), key: write('k.pem', key) };
    const refused = async (over: object): Promise<string> => {
      const error = await start({ ...tls, ...over }).catch((reason: unknown) => reason);
      return error instanceof ServiceStartError ? error.failure.message : String(error);
    };
    expect(await refused({})).toMatch(/k\.pem: .*mismatch/);
    expect(await refused({ key: join(folder, 'none.pem') })).toMatch(/none\.pem: ENOENT/);
  });
});
