import { afterEach, describe, expect, it } from 'vitest';
import { checkConfigSchema, ownViewSchema } from '../../../contract/api.ts';
import type { ServiceProbeOptions } from '../../../service/deps.ts';
import { sampleNat } from './sample-reports.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

const turn = {
  label: 'Own TURN',
  urls: ['turn:localhost:3478', 'turn:no-such-name.invalid'],
  username: 'alice',
  auth: 'password',
  credential: 'north-secret-7781',
};

let t: TestApp;
afterEach(() => t.close());

async function start(options: TestAppOptions = {}): Promise<ServiceProbeOptions[]> {
  const asked: ServiceProbeOptions[] = [];
  t = await startTestApp({
    ...options,
    runProbe: async (probe) => {
      asked.push(probe);
      return sampleNat({ at: new Date().toISOString() });
    },
  });
  return asked;
}

const view = async () => ownViewSchema.parse((await t.app.inject('/api/check/servers')).json());

describe('what the service sees of its servers', () => {
  it('is tried once for all who ask within a minute, and anew when the list has changed', async () => {
    const asked = await start();
    await t.app.inject({ method: 'POST', url: '/api/servers', payload: turn });
    const [first, second] = await Promise.all([view(), view()]);
    expect(first.servers.length).toBeGreaterThan(0);
    expect(second).toEqual(first);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.targets.map(({ uri }) => uri.text)).toEqual(expect.arrayContaining(turn.urls));
    expect(JSON.stringify(first)).not.toContain(turn.credential);
    await t.app.inject({
      method: 'POST',
      url: '/api/servers',
      payload: { ...turn, urls: ['turn:192.0.2.9'] },
    });
    await view();
    expect(asked).toHaveLength(2);
  });

  it('is empty where the operator does not want it', async () => {
    const asked = await start({ config: { check: { ownView: false } } });
    expect(await view()).toEqual({ at: null, servers: [] });
    expect(asked).toEqual([]);
  });

  it('tells the page the addresses of names, as far as there are any', async () => {
    await start();
    await t.app.inject({ method: 'POST', url: '/api/servers', payload: turn });
    const { addresses } = checkConfigSchema.parse((await t.app.inject('/api/check')).json());
    expect(Object.keys(addresses)).toEqual(['localhost']);
    expect(addresses['localhost']).toContain('127.0.0.1');
  });
});
