/** The short way to a Binding answer and the long one: the same bytes, whatever comes in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribute } from '../../stun/attributes.ts';
import { sealMessage } from '../../stun/integrity.ts';
import { encodeMessage, methods, type StunMessage } from '../../stun/message.ts';
import { doorways } from '../../turn/server/doorway.ts';
import type { Seam } from '../../turn/server/seam.ts';
import { TurnServer } from '../../turn/server/turn-server.ts';
import { type Listener, udpSocket } from '../../turn/server/turn-server-options.ts';
import { clientAt, serverOptions } from '../unit/turn/server/stage.ts';
import { anyAttribute, anyEndpoint } from './stun-arbitraries.ts';

/** A server that is watched takes the long way. */
const watching: Seam = {
  incoming: () => ({ kind: 'pass' }),
  outgoing: (_nowMs, _departure, send) => [send],
  nextDeadlineMs: () => null,
  onDeadline: () => [],
};

const single: Listener = { name: '0', endpoints: { PP: { address: '198.51.100.1', port: 3478 } } };
const corners: Listener = {
  name: '0',
  endpoints: {
    PP: { address: '198.51.100.1', port: 3478 },
    PA: { address: '198.51.100.1', port: 3479 },
    AP: { address: '198.51.100.9', port: 3478 },
    AA: { address: '198.51.100.9', port: 3479 },
  },
};
const limits = { perSecond: 1e9, burst: 1e9 };
/** The credit for answers that are long is the same for both, and runs out for both. */
const nowMs = 1000;

const optional = (type: number, size: number): Attribute => ({
  name: 'unknown',
  type,
  bytes: new Uint8Array(size),
});
const plainAttributes: fc.Arbitrary<Attribute[]> = fc.array(
  fc.oneof(
    fc.record({ name: fc.constant('SOFTWARE' as const), value: fc.string({ maxLength: 20 }) }),
    fc
      .tuple(fc.integer({ min: 0x8100, max: 0x81ff }), fc.integer({ min: 0, max: 40 }))
      .map(([type, size]) => optional(type, size)),
  ),
  { maxLength: 3 },
);
const request = fc.record<StunMessage>({
  method: fc.constant(methods.binding),
  class: fc.constant('request' as const),
  transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  attributes: fc.oneof(plainAttributes, fc.array(anyAttribute, { maxLength: 3 })),
});
const whole = fc
  .tuple(request, fc.boolean())
  .map(([message, fingerprint]) =>
    fingerprint ? sealMessage(message, { fingerprint }) : encodeMessage(message),
  );
const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 });
const bytesOf = fc.oneof(
  { weight: 3, arbitrary: whole },
  {
    weight: 1,
    arbitrary: fc.tuple(whole, changes).map(([right, edits]) => {
      const bytes = Uint8Array.from(right);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      return bytes;
    }),
  },
  { weight: 1, arbitrary: fc.tuple(whole, fc.nat(60)).map(([bytes, size]) => bytes.slice(0, size)) },
);

describe.each([
  ['one endpoint', single, null],
  ['one endpoint that names itself', single, 'polynya'],
  ['the four of RFC 5780', corners, null],
  ['the four, with a long name', corners, 'x'.repeat(127)],
] as const)('%s', (_what, listener, software) => {
  // Both draw the same random bytes, so that challenges are the same too.
  const options = () => serverOptions({ listeners: [listener], software, limits });
  const quick = new TurnServer(options());
  const thorough = new TurnServer({ ...options(), seam: watching });
  const socket = udpSocket('0', 'PP');
  const { plain } = doorways([listener], software).get(socket) ?? {};

  it('answers what the long way answers', () => {
    let short = 0;
    fc.assert(
      fc.property(bytesOf, anyEndpoint, (bytes, from) => {
        if (plain?.answer(bytes, from) != null) short += 1;
        const input = { kind: 'received', socket, from, bytes } as const;
        expect(quick.handle(nowMs, input)).toEqual(thorough.handle(nowMs, input));
      }),
      { numRuns: 2000 },
    );
    expect(short).toBeGreaterThan(500);
  });

  it('takes what browsers and libraries send', () => {
    const message: StunMessage = {
      method: methods.binding,
      class: 'request',
      transactionId: new Uint8Array(12),
      attributes: [],
    };
    const named = { ...message, attributes: [{ name: 'SOFTWARE', value: 'libnice' } as const] };
    const requests = [
      encodeMessage(message),
      sealMessage(message, { fingerprint: true }),
      sealMessage(named, { fingerprint: true }),
      encodeMessage({ ...message, attributes: [optional(0xff00, 4)] }),
    ];
    for (const bytes of requests) expect(plain?.answer(bytes, clientAt)).not.toBeNull();
    const priority = { ...message, attributes: [{ name: 'PRIORITY', value: 1 } as const] };
    expect(plain?.answer(encodeMessage(priority), clientAt)).toBeNull();
  });
});
