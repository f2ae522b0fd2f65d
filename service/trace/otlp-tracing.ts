/** Spans for a collector over OTLP/HTTP. Loaded only where one is configured. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { settleWithin } from '../settle-within.ts';
import { codeOf } from './failure-of.ts';
import type { TraceParent } from './trace-context.ts';
import type { LongSpan, SpanOptions, Tracing } from './tracing.ts';

/** Spans that wait for the collector; further ones are dropped. */
const queuedSpans = 2_048;
const batchSpans = 512;
const sendEveryMs = 2_000;
const sendWithinMs = 5_000;
const closeWithinMs = 2_000;
/** Beyond this an attribute is cut off. */
const longestValue = 200;

export interface OtlpOptions {
  /** Base of the collector: `/v1/traces` is added (OTLP 1.x, “OTLP/HTTP Request”). */
  readonly endpoint: string;
  /** Share of the traces that begin here and are recorded, 0–1. One that comes from elsewhere is as it comes. */
  readonly ratio: number;
  readonly serviceName: string;
  readonly version: string;
  /** Told once when the collector does not take spans, and once when it does again. */
  readonly onState: (problem: string | null) => void;
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export function otlpTracing(options: OtlpOptions): Tracing {
  const { endpoint, ratio, serviceName, version, onState } = options;
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: sendWithinMs,
    concurrencyLimit: queuedSpans / batchSpans,
  });
  const processor = new BatchSpanProcessor({
    exporter: withState(exporter, onState),
    maxQueueSize: queuedSpans,
    maxExportBatchSize: batchSpans,
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: sendWithinMs,
  });
  const provider = new TracerProvider({
    // No host, no process, no user: what runs is all that is said of itself.
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanLimits: { attributeValueLengthLimit: longestValue },
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('polynya', version);
  const open = new AsyncLocalStorage<Span>();

  const begin = (name: string, { kind, facts = {}, parent }: SpanOptions): LongSpan => {
    const above = parent === undefined ? open.getStore()?.spanContext() : remote(parent);
    const context = above === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, above);
    const spanKind = kind === undefined ? SpanKind.INTERNAL : kinds[kind];
    const span = tracer.startSpan(name, { kind: spanKind, attributes: facts }, context);
    return {
      set: (more) => void span.setAttributes(more),
      // Not the message: it may say what a caller has sent.
      fail: (code) => void span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR }),
      within: (run) => open.run(span, run),
      end: () => span.end(),
    };
  };
  return {
    begin,
    span: async (name, given, run) => {
      const span = begin(name, given);
      try {
        return await span.within(() => run(span));
      } catch (error) {
        span.fail(codeOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    current: () => {
      const context = open.getStore()?.spanContext();
      if (context === undefined) return null;
      const { traceId, spanId, traceFlags } = context;
      return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
    },
    close: () => settleWithin([provider.shutdown()], closeWithinMs),
  };
}

function remote(parent: TraceParent | null) {
  if (parent === null) return undefined;
  const { traceId, spanId, sampled } = parent;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, traceFlags, isRemote: true };
}

/** The exporter says of every batch that nobody took it; that is worth a line once. */
function withState(exporter: SpanExporter, onState: OtlpOptions['onState']): SpanExporter {
  let isGone = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        // ExportResultCode: 0 is success.
        const failed = result.code !== 0;
        if (failed !== isGone) onState(failed ? (result.error?.message ?? 'it takes no spans') : null);
        isGone = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
