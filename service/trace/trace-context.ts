/** Where a span belongs, as it goes from one process to the next: the header `traceparent` (W3C Trace Context §3.2). */

export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Does its maker record it? */
  readonly sampled: boolean;
}

export type TraceHeaders = Readonly<Record<string, string>>;

const pattern = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const nothing = /^0+$/;

/** What comes with a request or a message of another process; null: nothing, or nothing that can be used. */
export function extract(headers: Readonly<Record<string, unknown>>): TraceParent | null {
  const given = headers['traceparent'];
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    (typeof given === 'string' ? pattern.exec(given) : null) ?? [];
  // §3.2.2: ff is no version, and only versions after 00 may say more than these four fields.
  const isVersion = version !== '' && version !== 'ff' && (version !== '00' || more === undefined);
  if (!isVersion || nothing.test(traceId) || nothing.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** What goes with a request or a message to another process; of nothing, nothing. */
export function inject(parent: TraceParent | null): TraceHeaders {
  if (parent === null) return {};
  const { traceId, spanId, sampled } = parent;
  return { traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` };
}
