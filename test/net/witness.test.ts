/** The built command and a real service: the probe asks what arrived. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../contract/config.ts';
import { natReportSchema } from '../../contract/envelope.ts';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { type Ended, runCli } from '../built-cli.ts';

let service: RunningService;
/** Speaks HTTP, but is no service of ours. */
let stranger: Server;
let strangerUrl: string;
/** Nobody listens there. */
let deadUrl: string;

beforeAll(async () => {
  const stun = { port: 0, alternatePort: 0 };
  const config = serveConfigSchema.parse({ port: 0, store: ':memory:', stun });
  service = await startService(config, { logTo: { write: () => {} } });
  stranger = createServer((_request, response) => response.end('<html>hello</html>'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  strangerUrl = urlOf(stranger);
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  deadUrl = urlOf(gone);
  await new Promise((resolve) => gone.close(resolve));
});
afterAll(async () => {
  await service?.close();
  stranger?.close();
});

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function polynya(...args: string[]): Promise<Ended> {
  return runCli(['probe', ...args]);
}

const bodyIn = (text: string): NatReportBody => natReportSchema.parse(JSON.parse(text)).body;
const witnessIn = (body: NatReportBody) => body.verdicts.find(({ name }) => name === 'witness');

function expectWatched(body: NatReportBody): void {
  expect(witnessIn(body)?.value).toBe('clean');
  const asked = body.evidence.filter(({ purpose }) => /^(map|filter)-/.test(purpose));
  for (const { purpose, sentMs, local, witnessed } of asked) {
    expect(witnessed, purpose).toHaveLength(sentMs.length);
    for (const seen of witnessed ?? []) {
      if (seen.fate !== 'pending') expect(seen).toMatchObject({ fate: 'answered', seenAs: local });
    }
  }
  expect(asked.length).toBeGreaterThan(10);
}

describe('polynya probe', () => {
  it('takes a service by its address: its STUN server is probed, and watched', async () => {
    const { code, stdout, stderr } = await polynya(service.url, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const body = bodyIn(stdout);
    expect(body.servers).toMatchObject([{ url: service.stunUri, status: 'ok' }]);
    expectWatched(body);
    expect(stdout).not.toMatch(/token|Bearer/i);
  });

  it('has a named server watched with --witness', async () => {
    const { stdout } = await polynya(service.stunUri ?? '', '--witness', service.url, '--json');
    expectWatched(bodyIn(stdout));
  });

  it.each([
    ['another program', () => strangerUrl, /not that of a Polynya service/],
    ['nobody', () => deadUrl, /ECONNREFUSED/],
  ])('does without where %s is to watch, and says so', async (_name, url, reason) => {
    const { code, stdout, stderr } = await polynya(service.stunUri ?? '', '--witness', url(), '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(reason);
    expect(bodyIn(stdout).evidence.every(({ witnessed }) => witnessed === undefined)).toBe(true);
  });

  it.each([
    ['a service that is not there', () => [deadUrl], 3],
    ['two services', () => [service.url, deadUrl], 2],
    ['a witness that is no URL', () => [service.stunUri ?? '', '--witness', 'nat.example.org'], 2],
    ['a plan that would have to ask', () => [service.url, '--plan'], 2],
  ])('ends with a reason for %s', async (_name, args, expected) => {
    const { code, stdout, stderr } = await polynya(...args());
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  it('plans the witness with everything else', async () => {
    const { stdout } = await polynya('stun:127.0.0.1', '--witness', 'http://127.0.0.1:1', '--plan');
    expect(stdout).toContain('a witness session is opened at http://127.0.0.1:1');
  });
});

describe('a probe of the service itself', () => {
  it('is watched by its own STUN server', async () => {
    const headers = { 'content-type': 'application/json' };
    const started = await fetch(`${service.url}/api/probes`, { method: 'POST', headers, body: '{}' });
    const { id } = (await started.json()) as { id: string };
    for (;;) {
      const state = (await (await fetch(`${service.url}/api/probes/${id}`)).json()) as { run: string | null };
      if (state.run === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const run = (await (await fetch(`${service.url}/api/runs/${state.run}`)).json()) as {
        report: { body: NatReportBody };
      };
      expectWatched(run.report.body);
      return;
    }
  });
});
