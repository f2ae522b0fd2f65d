import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extract, inject } from '../../../service/trace/trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

describe('traceparent', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (trace, span, sampled) => {
        fc.pre(!/^0+$/.test(trace) && !/^0+$/.test(span));
        const parent = { traceId: trace, spanId: span, sampled };
        expect(extract(inject(parent))).toEqual(parent);
      }),
    );
    expect(inject(null)).toEqual({});
  });

  it.each([
    ['recorded', `00-${traceId}-${spanId}-01`, { traceId, spanId, sampled: true }],
    ['not recorded', `00-${traceId}-${spanId}-00`, { traceId, spanId, sampled: false }],
    ['flags of a later level', `00-${traceId}-${spanId}-03`, { traceId, spanId, sampled: true }],
    [
      'a later version, which says more',
      `01-${traceId}-${spanId}-01-more`,
      { traceId, spanId, sampled: true },
    ],
    ['version 00 that says more', `00-${traceId}-${spanId}-01-more`, null],
    ['no version', `ff-${traceId}-${spanId}-01`, null],
    ['no trace', `00-${'0'.repeat(32)}-${spanId}-01`, null],
    ['no span', `00-${traceId}-${'0'.repeat(16)}-01`, null],
    ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`, null],
    ['rubbish', 'x'.repeat(10_000), null],
    ['two headers', [`00-${traceId}-${spanId}-01`], null],
    ['nothing', undefined, null],
  ])('%s', (_name, traceparent, parent) => {
    expect(extract({ traceparent })).toEqual(parent);
  });
});
