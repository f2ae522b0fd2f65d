import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookVia } from '../../../../service/agents/notices/post-webhook.ts';
import { Reach } from '../../../../service/reach.ts';

const delivery = {
  secret: 'a-webhook-secret',
  body: '{"type":"monitor-state"}',
  now: new Date(1_763_640_000_000),
};

let server: Server;
let port: number;
let status: number;
let heard: { headers: IncomingHttpHeaders; body: string; url: string | undefined }[];

beforeEach(async () => {
  heard = [];
  status = 204;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.push({ headers: request.headers, body: Buffer.concat(parts).toString(), url: request.url });
      response.writeHead(status, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a webhook', () => {
  const lookUp = async () => ({ ok: true, addresses: ['127.0.0.1'] }) as const;
  const open = webhookVia(new Reach([], lookUp).resolve);

  it('gets the notice at the address that was judged, signed with its time', async () => {
    const url = `http://hooks.example:${port}/T0?x=1`;
    expect(await open({ ...delivery, url })).toEqual({ ok: true, reason: 'HTTP 204' });
    const [{ headers, body, url: path } = { headers: {}, body: '', url: '' }] = heard;
    expect([path, body, headers.host]).toEqual(['/T0?x=1', delivery.body, `hooks.example:${port}`]);
    const expected = createHmac('sha256', delivery.secret)
      .update(`1763640000.${delivery.body}`)
      .digest('hex');
    expect(headers['polynya-signature']).toBe(`t=1763640000,v1=${expected}`);
  });

  it.each([301, 302, 307, 404, 500])('that answers %d has not taken it, and leads nowhere', async (code) => {
    status = code;
    expect(await open({ ...delivery, url: `http://hooks.example:${port}/` })).toEqual({
      ok: false,
      reason: `HTTP ${code}`,
    });
    expect(heard).toHaveLength(1);
  });

  it('is not called where its name leads to a forbidden address', async () => {
    const careful = webhookVia(new Reach(['127.0.0.0/8'], lookUp).resolve);
    const told = await careful({ ...delivery, url: `http://hooks.example:${port}/` });
    expect(told).toMatchObject({ ok: false, reason: expect.stringContaining('may not talk to') });
    expect(heard).toEqual([]);
  });

  it('that is not there is told by its reason, never by an exception', async () => {
    server.close();
    server.closeAllConnections();
    expect((await open({ ...delivery, url: `http://hooks.example:${port}/` })).ok).toBe(false);
  });
});
