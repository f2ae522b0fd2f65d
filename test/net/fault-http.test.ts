/** The HTTP control of a server that misbehaves. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FaultHttp, serveFaultControl } from '../../turn/io/fault-http.ts';
import { type FaultyTurn, faultyTurn } from '../../turn/io/faulty-turn.ts';

const token = 'a-token-of-the-test';
let turn: FaultyTurn;
let http: FaultHttp;
beforeEach(async () => {
  turn = await faultyTurn();
  http = await serveFaultControl(turn.faults, { address: '127.0.0.1', port: 0 }, token);
});
afterEach(() => Promise.all([http.close(), turn.close()]));

function call(method: string, path: string, body?: unknown, bearer = token): Promise<Response> {
  return fetch(`${http.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** The first bytes that come back for a bare Binding request (RFC 8489 s5), in hexadecimal. */
async function bind(): Promise<string> {
  const socket = createSocket('udp4');
  const port = Number(/:(\d+)\?/.exec(turn.uris.udp ?? '')?.[1]);
  socket.send(Buffer.from('000100002112a442000102030405060708090a0b', 'hex'), port, '127.0.0.1');
  const [bytes] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return bytes.subarray(0, 2).toString('hex');
}

it('puts faults in force, tells what they did, and takes them back', async () => {
  expect(await bind()).toBe('0101');
  const put = await call('PUT', '/faults', ['server-error']);
  expect(put.status).toBe(200);
  expect(await put.json()).toMatchObject({ rules: [{ name: 'server-error', strikes: 0 }] });
  expect(await bind()).toBe('0111');
  expect(await (await call('GET', '/faults')).json()).toMatchObject({
    plan: { faults: [{ fault: 'server-error' }] },
    rules: [{ name: 'server-error', strikes: 1 }],
  });
  expect(await (await call('GET', '/log')).json()).toMatchObject({
    log: [{ number: 1, rule: 'server-error', method: 'binding' }],
  });
  expect(await (await call('GET', '/log?after=1')).json()).toEqual({ log: [] });
  expect((await call('DELETE', '/faults')).status).toBe(200);
  expect(await bind()).toBe('0101');
});

it('takes a profile by name', async () => {
  expect((await call('PUT', '/faults', '"full-server"')).status).toBe(200);
  expect(turn.faults.plan.profiles).toEqual(['full-server']);
});

it.each([
  ['no JSON', '{', 'JSON'],
  ['no such fault', ['nonsense'], 'faults.0.fault: the catalogue has no fault nonsense'],
  ['no plan', 7, 'expected object'],
  ['a mistake in a rule', [{ on: 'incoming', do: 'explode' }], 'faults.0'],
])('%s is refused, and nothing changes', async (_what, body, complaint) => {
  turn.faults.set(['quota-reached']);
  const response = await call('PUT', '/faults', body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(complaint);
  expect(turn.faults.tallies.map(({ name }) => name)).toEqual(['quota-reached']);
});

it('is closed to whoever does not know the token, and to what is too long', async () => {
  expect((await call('GET', '/faults', undefined, 'wrong')).status).toBe(401);
  expect((await fetch(`${http.url}/faults`)).status).toBe(401);
  expect((await call('PUT', '/faults', `"${'x'.repeat(300_000)}"`)).status).toBe(413);
  expect((await call('GET', '/elsewhere')).status).toBe(404);
});

it('shows the catalogue with its rules', async () => {
  const { faults, profiles } = (await (await call('GET', '/catalogue')).json()) as Record<string, object[]>;
  expect(faults?.length).toBeGreaterThanOrEqual(60);
  expect(profiles?.length).toBeGreaterThan(3);
});
