import type { ServeConfig } from '../../contract/config.ts';
import { noTracing, type Tracing } from './tracing.ts';

export interface OpenTracingOptions {
  readonly version: string;
  readonly onState: (problem: string | null) => void;
}

/** Without a collector nothing of OpenTelemetry is loaded. */
export async function openTracing(
  { otlp, ratio, serviceName }: ServeConfig['tracing'],
  options: OpenTracingOptions,
): Promise<Tracing> {
  if (otlp === null) return noTracing;
  const { otlpTracing } = await import('./otlp-tracing.ts');
  return otlpTracing({ ...options, endpoint: otlp, ratio, serviceName });
}
