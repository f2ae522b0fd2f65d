import type { Tracing } from './tracing.ts';

/** What a log line says of the span that it is written in, as OpenTelemetry names it in logs that are not its own. */
export function traceFields(tracing: Tracing): { trace_id?: string; span_id?: string } {
  const current = tracing.current();
  return current === null ? {} : { trace_id: current.traceId, span_id: current.spanId };
}
