import { afterEach, describe, expect, it } from 'vitest';
import type { ProbeState } from '../../../contract/api.ts';
import type { NatReport } from '../../../contract/envelope.ts';
import type { RunProbe, ServiceProbeOptions } from '../../../service/deps.ts';
import { sampleNat } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

const secret = 'hush-4242-hush';
const turn = {
  label: 'T',
  urls: ['turn:192.0.2.1'],
  username: 'alice',
  auth: 'password',
  credential: secret,
};

/** A probe that ends when the test says so. */
function heldProbe() {
  const calls: ServiceProbeOptions[] = [];
  const ends: { resolve: (report: NatReport) => void; reject: (error: Error) => void }[] = [];
  const runProbe: RunProbe = (options) => {
    calls.push(options);
    return new Promise((resolve, reject) => {
      ends.push({ resolve, reject });
      options.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  return { calls, ends, runProbe };
}

async function call(method: 'GET' | 'POST', url: string, payload?: object) {
  const reply = await t.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, text: reply.body, body: reply.json<Record<string, unknown>>() };
}

async function ended(id: unknown): Promise<ProbeState> {
  for (;;) {
    const { body } = await call('GET', `/api/probes/${id}`);
    if (body['state'] !== 'running') return body as unknown as ProbeState;
    await new Promise(setImmediate);
  }
}

describe('POST /api/probes', () => {
  it('probes all enabled servers with their logins and stores the report as a run', async () => {
    const held = heldProbe();
    t = await startTestApp({
      runProbe: held.runProbe,
      config: { servers: [turn, { ...turn, label: 'off', username: 'bob', enabled: false }] },
    });
    const started = await call('POST', '/api/probes', {});
    expect(started).toMatchObject({ status: 200, body: { state: 'running', run: null, error: null } });
    expect(held.calls[0]?.targets).toMatchObject([
      { uri: { text: 'stun:127.0.0.1:3478' } },
      { uri: { host: '192.0.2.1' }, username: 'alice', credential: secret },
    ]);
    const report = sampleNat();
    held.ends[0]?.resolve(report);
    const state = await ended(started.body['id']);
    expect(state).toMatchObject({ state: 'done', error: null });
    expect((await call('GET', `/api/runs/${state.run}`)).body).toMatchObject({ report });
  });

  it('runs one at a time', async () => {
    const held = heldProbe();
    t = await startTestApp({ runProbe: held.runProbe });
    const first = await call('POST', '/api/probes', {});
    expect(await call('POST', '/api/probes', {})).toMatchObject({
      status: 409,
      body: { error: { code: 'probe-running' } },
    });
    held.ends[0]?.resolve(sampleNat());
    await ended(first.body['id']);
    expect((await call('POST', '/api/probes', {})).status).toBe(200);
    expect(held.calls).toHaveLength(2);
  });

  it('probes the chosen servers only, the disabled ones too', async () => {
    const held = heldProbe();
    t = await startTestApp({ runProbe: held.runProbe, config: { servers: [{ ...turn, enabled: false }] } });
    const servers = (await call('GET', '/api/servers')).body['servers'] as { id: string }[];
    await call('POST', '/api/probes', { servers: [servers[1]?.id] });
    expect(held.calls[0]?.targets.map(({ uri }) => uri.host)).toEqual(['192.0.2.1']);
  });

  it('names a server that is not there, and says when there is none at all', async () => {
    t = await startTestApp({ embeddedStun: null });
    expect(await call('POST', '/api/probes', { servers: ['gone'] })).toMatchObject({
      status: 404,
      body: { error: { code: 'not-found' }, field: 'servers.0' },
    });
    expect(await call('POST', '/api/probes', {})).toMatchObject({
      status: 409,
      body: { error: { code: 'no-servers' } },
    });
    expect(await call('POST', '/api/probes', { server: [] })).toMatchObject({
      status: 400,
      body: { error: { code: 'request-invalid' }, field: 'server' },
    });
    expect((await call('GET', '/api/probes/p-none')).status).toBe(404);
  });

  it('passes on which further tests are wanted, and refuses others', async () => {
    const held = heldProbe();
    t = await startTestApp({ runProbe: held.runProbe });
    expect(await call('POST', '/api/probes', { tests: ['dig'] })).toMatchObject({ status: 400 });
    expect(await call('POST', '/api/probes', { lifetimeSec: 3_600 })).toMatchObject({ status: 400 });
    const started = await call('POST', '/api/probes', { tests: ['hairpin', 'tcp'], lifetimeSec: 60 });
    expect(started.status).toBe(200);
    expect(held.calls).toHaveLength(1);
    expect(held.calls[0]).toMatchObject({ hairpin: true, tcp: true, lifetimeSec: [15, 30, 45, 60] });
    expect(held.calls[0]).not.toHaveProperty('mtu');
  });

  it('stops a running probe when the service closes', async () => {
    const held = heldProbe();
    t = await startTestApp({ runProbe: held.runProbe });
    await call('POST', '/api/probes', {});
    await t.app.close();
    expect(held.calls[0]?.signal?.aborted).toBe(true);
  });

  it('does not let a probe that will not stop hold up the end', async () => {
    let asked = false;
    t = await startTestApp({
      runProbe: () => {
        asked = true;
        return new Promise(() => {});
      },
    });
    await call('POST', '/api/probes', {});
    expect(asked).toBe(true);
    const before = performance.now();
    await t.app.close();
    expect(performance.now() - before).toBeLessThan(2500);
  });
});

describe('POST /api/servers/:id/test', () => {
  it('keeps the results as last test, stores no run, and shares one probe between two clicks', async () => {
    const held = heldProbe();
    t = await startTestApp({ runProbe: held.runProbe });
    const clicks = [call('POST', '/api/servers/embedded/test'), call('POST', '/api/servers/embedded/test')];
    while (held.calls.length === 0) await new Promise(setImmediate);
    const report = sampleNat();
    // The second click may still be on its way; it joins as long as the probe runs.
    await call('GET', '/api/info');
    held.ends[0]?.resolve(report);
    for (const reply of await Promise.all(clicks)) {
      expect(reply.body['lastTest']).toMatchObject({ results: report.body.servers });
    }
    expect(held.calls).toHaveLength(1);
    expect((await call('GET', '/api/runs')).body['total']).toBe(0);
    const listed = (await call('GET', '/api/servers')).body['servers'] as { lastTest: unknown }[];
    expect(listed[0]?.lastTest).toMatchObject({ results: report.body.servers });
    expect((await call('POST', '/api/servers/gone/test')).status).toBe(404);
  });
});

describe('secrets', () => {
  it('reach neither log nor answer, even when a probe breaks off with one in its message', async () => {
    const lines: string[] = [];
    const runProbe: RunProbe = async ({ targets }) => {
      const target = targets.find((each) => each.credential !== undefined);
      throw new Error(`cannot use ${target?.credential} at turn:alice:${target?.credential}@192.0.2.1`);
    };
    const token = 'admin-token-of-this-test';
    t = await startTestApp({
      runProbe,
      token,
      log: { level: 'debug', stream: { write: (line) => lines.push(line) } },
    });
    const headers = { authorization: `Bearer ${token}` };
    const inject = (method: 'GET' | 'POST', url: string, payload?: object) =>
      t.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
    const answers = [
      await inject('POST', '/api/servers', turn),
      await inject('POST', '/api/servers', { ...turn, credential: [secret] }),
      await inject('POST', '/api/servers', { ...turn, urls: ['turn:x:y'] }),
      await inject('POST', '/api/login', { token }),
      await inject('POST', '/api/login', { token: `${token}-wrong` }),
      await inject('GET', '/t/visit-link-token-123'),
    ];
    const id = answers[0]?.json<{ id: string }>().id;
    const failedTest = await inject('POST', `/api/servers/${id}/test`);
    expect(failedTest.statusCode).toBe(500);
    expect(failedTest.json()).toMatchObject({ error: { code: 'harness-fault', blame: 'tool' } });
    const probe = await inject('POST', '/api/probes', {});
    let state: ProbeState;
    do {
      const reply = await inject('GET', `/api/probes/${probe.json<ProbeState>().id}`);
      state = reply.json<ProbeState>();
      answers.push(reply);
    } while (state.state === 'running');
    expect(state).toMatchObject({ state: 'failed', run: null });
    answers.push(failedTest, probe, await inject('GET', '/api/servers'), await inject('GET', '/metrics'));

    const log = lines.join('');
    expect(log).toContain('a probe broke off');
    expect(log).toContain('cannot use •••');
    for (const text of [log, ...answers.map((answer) => answer.body)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(token);
    }
    expect(log).not.toContain('visit-link-token-123');
    expect(log).toContain('/t/:token');
  });
});
