/** Traces as a collector gets them: whole from the caller’s header to the store, and no cost where nobody listens. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { otlpTracing } from '../../service/trace/otlp-tracing.ts';
import { requireBuilt } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';
import { sampleNat, sampleTurn } from '../unit/service/sample-reports.ts';
import { type CollectedSpan, Collector } from './collector.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = '00f067aa0ba902b7';
const headers = { traceparent: `00-${traceId}-${caller}-01`, 'x-request-id': 'proxy-4711' };
/** opentelemetry.proto.trace.v1.Span.SpanKind */
const kinds = { internal: 1, server: 2, client: 3 };

let collector: Collector;
let service: RunningService | null = null;
let lines: { msg: string; requestId?: string; trace_id?: string; span_id?: string }[] = [];
afterEach(async () => {
  await service?.close();
  service = null;
  await collector.close();
  lines = [];
});

async function start(tracing: object): Promise<string> {
  service = await startQuietService(
    { log: 'debug', tracing, servers: [{ label: 'T', urls: ['turn:192.0.2.1'] }], stun: { enabled: false } },
    {
      logTo: { write: (line) => void lines.push(JSON.parse(line)) },
      runProbe: async () => sampleNat(),
      runTurnCheck: async () => ({ report: sampleTurn() }),
    },
  );
  return service.url;
}

const post = (url: string, body: unknown, more: object = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
  });

/** Everything that was recorded is with the collector when the service has ended. */
async function collect(): Promise<void> {
  await service?.close();
  service = null;
}

/** The spans from this one up to the one that came from elsewhere. */
function pathOf(span: CollectedSpan | undefined): string[] {
  if (span === undefined) return [];
  const above = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(above === undefined ? [span.parentSpanId ?? 'root'] : pathOf(above)), span.name];
}

describe('a service that sends traces', () => {
  it('goes on with the trace of its caller, down to the store, and says so in its log', async () => {
    collector = await Collector.open();
    const url = await start({ otlp: `${collector.url}/`, serviceName: 'node-1' });
    await post(`${url}/api/reports`, sampleNat(), headers);
    await fetch(`${url}/api/runs/none`, { headers });
    await collect();

    expect(collector.resources[0]).toEqual({
      'service.name': 'node-1',
      'service.version': expect.any(String),
    });
    // The rounds of the hub of agents, which come every second or so, have traces of their own.
    const asked = collector.spans.filter(({ name }) => !name.startsWith('store fleet.'));
    expect(new Set(asked.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const [stored] = collector.named('store addReport');
    expect(pathOf(stored)).toEqual([caller, 'POST /api/reports', 'take report', 'store addReport']);
    expect(stored).toMatchObject({
      kind: kinds.client,
      attributes: { 'db.system.name': 'sqlite', 'db.operation.name': 'addReport' },
    });
    expect(collector.named('take report')).toMatchObject([
      { kind: kinds.internal, attributes: { 'polynya.report.kind': 'nat-report' } },
    ]);
    expect(collector.named('GET /api/runs/:id')).toMatchObject([
      {
        kind: kinds.server,
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/api/runs/:id',
          'http.response.status_code': 404,
          'url.scheme': 'http',
          'polynya.request_id': 'proxy-4711',
          'polynya.failure': 'not-found',
        },
        // The caller’s mistake.
        status: {},
      },
    ]);
    const answered = lines.filter(({ msg }) => msg === 'answered');
    expect(answered.map((line) => [line.requestId, line.trace_id])).toEqual([
      ['proxy-4711', traceId],
      ['proxy-4711', traceId],
    ]);
    const spans = collector.spans.filter(({ kind }) => kind === kinds.server).map(({ spanId }) => spanId);
    expect(answered.map((line) => line.span_id)).toEqual(spans);
  });

  it('counts what goes on after the answer to the request that began it', async () => {
    collector = await Collector.open();
    const url = await start({ otlp: collector.url });
    await post(`${url}/api/probes`, {}, headers);
    const { servers } = (await (await fetch(`${url}/api/servers`)).json()) as { servers: { id: string }[] };
    await post(`${url}/api/turn-checks`, { server: servers[0]?.id }, headers);
    await expect
      .poll(async () => (await (await fetch(`${url}/api/info`)).json()) as object)
      .toMatchObject({ runs: 2 });
    await collect();
    for (const job of ['probe', 'turn check']) {
      const [span] = collector.named(job);
      expect([span?.traceId, pathOf(span)[0], pathOf(span).length]).toEqual([traceId, caller, 3]);
    }
    expect(collector.named('turn check')).toMatchObject([{ attributes: { 'polynya.turn.failed': 1 } }]);
  });

  it('begins traces of its own, as many as it is told to, and takes no header that is none', async () => {
    collector = await Collector.open();
    const url = await start({ otlp: collector.url, ratio: 0 });
    await fetch(`${url}/api/info`);
    await fetch(`${url}/api/info`, { headers: { traceparent: `00-${'0'.repeat(32)}-${caller}-01` } });
    await fetch(`${url}/api/info`, { headers: { traceparent: `00-${traceId}-${caller}-00` } });
    await fetch(`${url}/api/info`, { headers });
    await collect();
    expect(collector.named('GET /api/info').map(({ parentSpanId }) => parentSpanId)).toEqual([caller]);
    // Who is not recorded has a trace all the same, for the log.
    const traces = lines.filter(({ msg }) => msg === 'answered').map((line) => line.trace_id);
    expect([traces.length, new Set(traces).size]).toEqual([4, 3]);
  });
});

describe('a collector that takes nothing', () => {
  const said = () => lines.flatMap(({ msg }) => (msg.includes('the collector') ? [msg] : []));

  it('costs a line of the log', async () => {
    collector = await Collector.open(400);
    const url = await start({ otlp: collector.url });
    await fetch(`${url}/healthz`);
    await expect.poll(said).toEqual(['the collector does not take traces; they are dropped meanwhile']);
    await fetch(`${url}/healthz`);
    await collect();
    expect([collector.requests, said().length]).toEqual([2, 1]);
  });

  it('is sent no more than may wait', async () => {
    collector = await Collector.open(400);
    const onState = vi.fn();
    const tracing = otlpTracing({
      endpoint: collector.url,
      ratio: 1,
      serviceName: 's',
      version: '1',
      onState,
    });
    for (let spans = 0; spans < 10_000; spans++) tracing.begin('span', {}).end();
    // A batch is on its way as soon as it is full.
    await expect.poll(() => collector.spans.length).toBe(2_048 + 512);
    await tracing.close();
    expect([collector.spans.length, collector.requests]).toEqual([2_048 + 512, 5]);
    expect(onState.mock.calls).toEqual([[expect.any(String)]]);
  });
});

describe('without a collector', () => {
  beforeAll(requireBuilt);

  const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
  /** Starts a service, and prints of which packages of OpenTelemetry it has loaded modules. */
  const entry = `
    const { createRequire } = await import('node:module');
    const { startService } = await import(process.argv[1]);
    const { serveConfigSchema } = await import(process.argv[2]);
    const tracing = { otlp: process.argv[3] ?? null };
    const config = { port: 0, store: ':memory:', stun: { enabled: false }, log: 'silent', tracing };
    const service = await startService(serveConfigSchema.parse(config));
    const loaded = Object.keys(createRequire(process.argv[1]).cache);
    await service.close();
    const packages = loaded.flatMap((path) => /@opentelemetry.([^/]+)/.exec(path)?.[1] ?? []);
    console.log([...new Set(packages)].join());
  `;
  const loadedWith = (...otlp: string[]): string[] => {
    const modules = [join(dist, 'service/server.js'), join(dist, 'contract/config.js')];
    const args = ['--input-type=module', '-e', entry, ...modules, ...otlp];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toBe('');
    return stdout.trim().split(',');
  };

  it('nothing of OpenTelemetry is loaded beyond the API that prom-client has', async () => {
    collector = await Collector.open();
    expect(loadedWith()).toEqual(['api']);
    expect(loadedWith(collector.url)).toEqual(
      expect.arrayContaining(['sdk-trace', 'exporter-trace-otlp-http']),
    );
  });
});
