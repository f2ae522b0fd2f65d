/** Hostile routers: whatever they send, nothing throws, nothing hangs, and nobody else is ever asked. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceSchema } from '../../contract/evidence.ts';
import { HttpResponseReader } from '../../probe/gateway/http-response.ts';
import { readActionAnswer, readDescription } from '../../probe/gateway/igd.ts';
import { IgdQuery } from '../../probe/gateway/igd-query.ts';
import { decodeExternalAddress } from '../../probe/gateway/nat-pmp.ts';
import { decodeAnnounce } from '../../probe/gateway/pcp.ts';
import { PortControlQuery } from '../../probe/gateway/port-control-query.ts';
import { parseProcRoutes, parseRouteGet } from '../../probe/gateway/route-table.ts';
import { routerUrl } from '../../probe/gateway/router-url.ts';
import { decodeSearchAnswer, ssdpGroup } from '../../probe/gateway/ssdp.ts';
import { parseTrace } from '../../probe/gateway/trace.ts';
import { elementContents } from '../../probe/gateway/xml-text.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';

const router = '192.168.1.1';
const local = { address: '192.168.1.2', port: 40_000 };
const encode = (text: string) => new TextEncoder().encode(text);

/** Pieces of what routers say, in any order: gets deeper than random bytes. */
const words = fc.constantFrom(
  'HTTP/1.1 200 OK\r\n',
  'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n',
  'LOCATION: http://192.168.1.1:5000/d.xml\r\n',
  'LOCATION: http://10.9.9.9/\r\n',
  'Content-Length: 40\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\r\n',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  '<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>',
  '<controlURL>/ctl</controlURL></service>',
  '<controlURL>http://10.9.9.9/</controlURL></service>',
  '<URLBase>http://10.9.9.9/</URLBase>',
  '<u:GetExternalIPAddressResponse>',
  '<NewExternalIPAddress>10.1.2.3</NewExternalIPAddress>',
  '</u:GetExternalIPAddressResponse>',
  '<u:GetStatusInfoResponse></u:GetStatusInfoResponse>',
  '<errorCode>501</errorCode>',
);
const text = fc
  .array(fc.oneof({ weight: 4, arbitrary: words }, fc.string({ maxLength: 20 })), { maxLength: 12 })
  .map((parts) => parts.join(''));
const hostileBytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  text.map(encode),
  fc
    .tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ minLength: 3, maxLength: 40 }))
    .map(([version, rest]) => Uint8Array.of(version, 0x80, ...rest)),
);

/** Whole answers, which lead deeper into the conversation; sometimes cut short, or with something behind. */
const st = 'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1';
const service = (url: string) =>
  `<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>${url}</controlURL></service>`;
const page = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const wholeAnswer = fc
  .tuple(
    fc.constantFrom(
      `HTTP/1.1 200 OK\r\n${st}\r\nLOCATION: http://${router}:5000/d.xml\r\n\r\n`,
      page(service('/ctl')),
      page(service('http://10.9.9.9/') + service('/ctl') + service('/other')),
      page('<GetExternalIPAddressResponse></GetExternalIPAddressResponse>'),
      page('<GetStatusInfoResponse></GetStatusInfoResponse>'),
    ),
    fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -40, max: 0 })),
    fc.oneof({ weight: 4, arbitrary: fc.constant('') }, text),
  )
  .map(([answer, cut, more]) => encode(answer.slice(0, answer.length + cut) + more));

describe('what is read from a router', () => {
  it('no decoder throws, and every address is one', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        for (const answer of [decodeAnnounce(bytes), decodeExternalAddress(bytes)]) {
          if (answer.ok && answer.externalAddress !== null) {
            expect(answer.externalAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
          }
        }
        decodeSearchAnswer(bytes);
        const reader = new HttpResponseReader();
        reader.push(bytes);
        expect(reader.end().kind).not.toBe('reading');
      }),
    );
  });

  it('no text reader throws', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        readDescription(any);
        readActionAnswer(any, 'GetStatusInfo');
        parseProcRoutes(any);
        parseRouteGet(any);
        for (const { ttl } of parseTrace(any)) expect(ttl).toBeGreaterThan(0);
      }),
    );
  });

  it('a response is the same however it is cut', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (any, size) => {
        const bytes = encode(any);
        const whole = new HttpResponseReader();
        whole.push(bytes);
        const cut = new HttpResponseReader();
        for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size));
        expect(cut.end()).toEqual(whole.end());
      }),
    );
  });

  it('every URL that is accepted is on the router', () => {
    const url = fc.oneof(
      fc.webUrl(),
      text,
      fc.string().map((rest) => `http://${router}${rest}`),
    );
    fc.assert(
      fc.property(url, fc.option(url), (any, from) => {
        const base = from === null ? null : routerUrl(from, router);
        const accepted = routerUrl(any, router, base ?? undefined);
        if (accepted === null) return;
        expect(accepted.endpoint.address).toBe(router);
        expect(accepted.path).toMatch(/^\/[^\s]*$/);
      }),
    );
  });

  it.each(['<', '<a', '<service>', '<a:', '<service ', '</service>'])(
    'a page full of %s is read in one pass',
    (piece) => {
      // A quadratic reader would take minutes for this; the runner’s own limit ends it.
      const page = piece.repeat(500_000 / piece.length);
      expect(elementContents(page, 'service')).toEqual([]);
      expect(readDescription(page).services).toEqual([]);
    },
  );
});

/** `newest` stands for the socket that was opened last. */
const hostileInput = (sockets: readonly string[], bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Input> => {
  const socket = fc.constantFrom(...sockets);
  const from = fc.record({
    address: fc.oneof(
      { weight: 8, arbitrary: fc.constant(router) },
      fc.constantFrom('192.168.1.66', '10.9.9.9'),
    ),
    port: fc.constantFrom(5351, 1900, 5000),
  });
  const error = fc.constant({ code: 'ECONNRESET', message: 'reset' });
  return fc.oneof(
    {
      weight: 40,
      arbitrary: fc.record({ kind: fc.constant('received' as const), socket, from, bytes }),
    },
    {
      weight: 12,
      arbitrary: fc.record({ kind: fc.constant('opened' as const), socket, local: fc.constant(local) }),
    },
    fc.record({ kind: fc.constant('open-failed' as const), socket, error }),
    fc.record({ kind: fc.constant('send-failed' as const), socket, to: from, error }),
    fc.record({ kind: fc.constant('closed' as const), socket }),
    fc.constant<Input>({ kind: 'deadline' }),
  );
};

/** Feeds inputs 20 ms apart, then only time; returns everything that the machine did. */
function run(machine: Machine, inputs: readonly Input[], socket: string): Effect[] {
  const effects = [
    ...machine.handle(0, { kind: 'start' }),
    ...machine.handle(0, { kind: 'opened', socket, local }),
  ];
  let nowMs = 0;
  for (const input of inputs) {
    nowMs += 20;
    const newest = effects.findLast((effect) => effect.kind === 'open')?.socket ?? socket;
    const aimed = 'socket' in input && input.socket === 'newest' ? { ...input, socket: newest } : input;
    effects.push(...machine.handle(nowMs, aimed));
  }
  for (let turns = 0; turns < 50 && !machine.isFinished(); turns += 1) {
    const dueMs = machine.nextDeadlineMs();
    if (dueMs === null) break;
    nowMs = Math.max(nowMs, dueMs);
    effects.push(...machine.handle(nowMs, { kind: 'deadline' }));
  }
  expect(machine.isFinished()).toBe(true);
  expect(nowMs).toBeLessThanOrEqual(Math.max(5_000, 20 * inputs.length));
  return effects;
}

/** The only endpoints that may ever be spoken to. */
function expectOnlyRouter(effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.kind === 'open' && effect.to !== undefined) expect(effect.to.address).toBe(router);
    if (effect.kind !== 'send') continue;
    expect([router, ssdpGroup]).toContain(effect.to.address);
    expect(new TextDecoder().decode(effect.bytes)).not.toContain('PortMapping');
  }
}

describe('the questions to a hostile router', () => {
  it.each(['pcp', 'nat-pmp'] as const)(
    '%s: ends, asks only the router, leaves valid evidence',
    (protocol) => {
      fc.assert(
        fc.property(fc.array(hostileInput(['newest'], hostileBytes), { maxLength: 30 }), (inputs) => {
          const query = new PortControlQuery(protocol, router);
          expectOnlyRouter(run(query, inputs, 'port-control'));
          const evidence = evidenceSchema.array().parse(query.evidence());
          classifyNat(evidence);
        }),
      );
    },
  );

  it('UPnP: ends, asks only the router, leaves valid evidence', () => {
    const bytes = fc.oneof({ weight: 4, arbitrary: wholeAnswer }, hostileBytes);
    const sockets = ['upnp-search', 'newest', 'newest', 'newest'];
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(hostileInput(sockets, bytes), { minLength: 10, maxLength: 60 }), (inputs) => {
        const query = new IgdQuery(router);
        expectOnlyRouter(run(query, inputs, 'upnp-search'));
        const evidence = evidenceSchema.array().parse(query.evidence());
        for (const { purpose } of evidence) reached.add(purpose);
        classifyNat(evidence);
      }),
      { numRuns: 1_000 },
    );
    // The conversation went to its end in some of the runs.
    expect([...reached]).toContain('gateway/upnp-status');
  });
});
