/**
 * Spans, as the service asks for them. Off, asking costs a call; on, otlp-tracing.ts sends them to a collector. What
 * stands in a span is chosen field by field where it is made: names, codes and numbers of ours. No URL, address, header
 * or body goes into one, so no secret and no visitor does.
 */
import type { TraceParent } from './trace-context.ts';

export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface OpenSpan {
  set(facts: SpanFacts): void;
  /** @param code of the failure, or of HTTP */
  fail(code: string): void;
}

export interface SpanOptions {
  /** What the span is to the one that it came from (OpenTelemetry: SpanKind). Absent: a step within the process. */
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  readonly facts?: SpanFacts;
  /** Of another process or of an earlier time. Absent: the span that is open here. */
  readonly parent?: TraceParent | null;
}

/** A span that does not end with a function: that of a request. */
export interface LongSpan extends OpenSpan {
  /** What is called by it happens within the span. */
  within<T>(run: () => T): T;
  end(): void;
}

export interface Tracing {
  /** Around what `run` does, until its promise settles. A rejection fails the span, and goes on. */
  span<T>(name: string, options: SpanOptions, run: (span: OpenSpan) => Promise<T>): Promise<T>;
  begin(name: string, options: SpanOptions): LongSpan;
  /** The span that is open here, for `inject`; null: none. */
  current(): TraceParent | null;
  /** Sends what was recorded, but waits no longer than two seconds for anybody to take it. */
  close(): Promise<void>;
}

const noSpan: LongSpan = {
  set: () => {},
  fail: () => {},
  within: (run) => run(),
  end: () => {},
};

export const noTracing: Tracing = {
  span: (_name, _options, run) => run(noSpan),
  begin: () => noSpan,
  current: () => null,
  close: async () => {},
};
