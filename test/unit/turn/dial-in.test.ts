import { describe, expect, it } from 'vitest';
import { connectBackOutcome } from '../../../stun/connect-back.ts';
import {
  type Attribute,
  decodeMessage,
  type Effect,
  encodeMessage,
  getAttribute,
  methods,
  type StunMessage,
} from '../../../stun/index.ts';
import { BindingServer } from '../../../turn/server/binding-server.ts';

const endpoints = {
  PP: { address: '203.0.113.1', port: 3478 },
  PA: { address: '203.0.113.1', port: 3479 },
  AP: { address: '203.0.113.2', port: 3478 },
  AA: { address: '203.0.113.2', port: 3479 },
};
const client = { address: '198.51.100.7', port: 40_000 };

function makeServer(
  own: Partial<typeof endpoints> & Pick<typeof endpoints, 'PP'> = endpoints,
): BindingServer {
  return new BindingServer({ endpoints: own, software: null, streamsEverywhere: true });
}

let asked = 0;
function request(change: { changeIp: boolean; changePort: boolean }): Uint8Array {
  asked += 1;
  const transactionId = Uint8Array.from({ length: 12 }, () => asked % 256);
  const attributes: Attribute[] = [{ name: 'CONNECT-BACK', value: change }];
  return encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes });
}
const both = { changeIp: true, changePort: true };

function knock(server: BindingServer, session: string, nowMs = 0, from = client): Effect[] {
  return server.handle(nowMs, { kind: 'received', socket: session, from, bytes: request(both) });
}

function dialOf(effects: readonly Effect[]): string | null {
  const [effect] = effects;
  return effect?.kind === 'open' ? effect.socket : null;
}

function sentOn(effects: readonly Effect[], socket: string): StunMessage {
  const effect = effects.find((e) => e.kind === 'send' && e.socket === socket);
  const decoded = effect?.kind === 'send' ? decodeMessage(effect.bytes) : null;
  if (!decoded?.ok) throw new Error(`nothing readable was sent over ${socket}`);
  return decoded.message;
}

function resultOn(effects: readonly Effect[], session: string): string | null {
  return connectBackOutcome(getAttribute(sentOn(effects, session), 'CONNECT-BACK-RESULT') ?? -1);
}

const refused = { code: 'ECONNREFUSED', message: '' };

describe('CONNECT-BACK', () => {
  it.each([
    ['tcp:PP:1', both, '203.0.113.2'],
    ['tcp:PP:1', { changeIp: false, changePort: true }, '203.0.113.1'],
    ['tcp:AA:1', both, '203.0.113.1'],
    ['tcp:AA:1', { changeIp: false, changePort: true }, '203.0.113.2'],
  ])('over %s with %o dials the other end of that stream from %s', (socket, change, localAddress) => {
    const input = { kind: 'received', socket, from: client, bytes: request(change) } as const;
    const effects = makeServer().handle(0, input);
    expect(effects).toEqual([
      {
        kind: 'open',
        socket: 'dial:1',
        transport: 'tcp',
        family: 'ipv4',
        to: client,
        at: { address: localAddress, port: 0 },
      },
    ]);
  });

  it('shows the request’s id over the new connection and then answers the request', () => {
    const server = makeServer();
    const bytes = request(both);
    server.handle(0, { kind: 'received', socket: 'tcp:PP:1', from: client, bytes });
    const local = { address: '203.0.113.2', port: 50_123 };
    const effects = server.handle(30, { kind: 'opened', socket: 'dial:1', local });
    expect(effects.map((e) => [e.kind, 'socket' in e && e.socket])).toEqual([
      ['send', 'dial:1'],
      ['close', 'dial:1'],
      ['send', 'tcp:PP:1'],
    ]);
    const shown = sentOn(effects, 'dial:1');
    expect([shown.class, ...shown.transactionId]).toEqual(['indication', ...bytes.slice(8, 20)]);
    expect(getAttribute(shown, 'RESPONSE-ORIGIN')).toEqual(local);
    const answer = sentOn(effects, 'tcp:PP:1');
    expect([...answer.transactionId]).toEqual([...bytes.slice(8, 20)]);
    expect(getAttribute(answer, 'XOR-MAPPED-ADDRESS')).toEqual(client);
    expect(resultOn(effects, 'tcp:PP:1')).toBe('connected');
    expect(server.nextDeadlineMs()).toBeNull();
  });

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'unanswered'],
    ['EHOSTUNREACH', 'unanswered'],
    ['EADDRNOTAVAIL', 'not-possible'],
  ])('says %s as %s', (code, outcome) => {
    const server = makeServer();
    knock(server, 'tcp:PP:1');
    const effects = server.handle(9, { kind: 'open-failed', socket: 'dial:1', error: { code, message: '' } });
    expect(resultOn(effects, 'tcp:PP:1')).toBe(outcome);
  });

  it('gives up after 3.6 s and says so', () => {
    const server = makeServer();
    knock(server, 'tcp:PP:1', 1_000);
    expect(server.nextDeadlineMs()).toBe(4_600);
    expect(server.handle(4_599, { kind: 'deadline' })).toEqual([]);
    const effects = server.handle(4_600, { kind: 'deadline' });
    expect(effects[0]).toEqual({ kind: 'close', socket: 'dial:1' });
    expect(resultOn(effects, 'tcp:PP:1')).toBe('unanswered');
  });

  it('calls nobody back who has gone', () => {
    const server = makeServer();
    knock(server, 'tcp:PP:1');
    const effects = server.handle(5, { kind: 'closed', socket: 'tcp:PP:1' });
    expect(effects).toEqual([{ kind: 'close', socket: 'dial:1' }]);
    const late = server.handle(6, { kind: 'opened', socket: 'dial:1', local: endpoints.AA });
    expect(late).toEqual([{ kind: 'close', socket: 'dial:1' }]);
    expect(server.nextDeadlineMs()).toBeNull();
  });

  it('lacks the other address where the server has one only', () => {
    const effects = knock(makeServer({ PP: endpoints.PP }), 'tcp:PP:1');
    expect(resultOn(effects, 'tcp:PP:1')).toBe('not-possible');
  });

  it('dials nobody over UDP, whoever asks: the source of a datagram may be forged', () => {
    const effects = makeServer().handle(0, {
      kind: 'received',
      socket: 'PP',
      from: client,
      bytes: request(both),
    });
    expect(effects.map((e) => e.kind)).toEqual(['send']);
    expect(getAttribute(sentOn(effects, 'PP'), 'CONNECT-BACK-RESULT')).toBeUndefined();
  });

  it('dials four times a stream, 40 times a source at once, 64 times in all', () => {
    const perStream = makeServer();
    const dials = Array.from({ length: 6 }, () => dialOf(knock(perStream, 'tcp:PP:1')));
    expect(dials).toEqual(['dial:1', 'dial:2', 'dial:3', 'dial:4', null, null]);

    const perSource = makeServer();
    const failing = Array.from({ length: 50 }, (_, index) => {
      const dial = dialOf(knock(perSource, `tcp:PP:${index}`));
      if (dial !== null) perSource.handle(0, { kind: 'open-failed', socket: dial, error: refused });
      return dial;
    });
    expect(failing.filter((dial) => dial !== null)).toHaveLength(40);
    expect(dialOf(knock(perSource, 'tcp:PP:99', 1_000))).not.toBeNull();

    const inAll = makeServer();
    const crowd = Array.from({ length: 70 }, (_, index) => {
      return dialOf(knock(inAll, `tcp:PP:${index}`, 0, { address: `198.51.100.${index}`, port: 40_000 }));
    });
    expect(crowd.filter((dial) => dial !== null)).toHaveLength(64);
  });
});
