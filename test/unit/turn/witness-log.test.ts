import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../../stun/machine.ts';
import { encodeMessage, methods } from '../../../stun/message.ts';
import { BindingServer } from '../../../turn/server/binding-server.ts';
import { WitnessLog } from '../../../turn/server/witness-log.ts';
import { WitnessedServer } from '../../../turn/server/witnessed-server.ts';

const prefix = Uint8Array.of(1, 2, 3, 4, 5, 6);
const other = Uint8Array.of(9, 9, 9, 9, 9, 9);
const at: Endpoint = { address: '203.0.113.10', port: 3478 };
const client: Endpoint = { address: '198.51.100.7', port: 40_000 };
const limits = { sessions: 2, sightings: 3, lifetimeMs: 1000 };

function id(number: number, start = prefix): Uint8Array {
  return Uint8Array.of(...start, 0, 0, 0, 0, 0, number);
}

function logOf(...prefixes: Uint8Array[]): WitnessLog {
  const log = new WitnessLog(limits);
  for (const each of prefixes) log.open(0, each);
  return log;
}

describe('the log', () => {
  it('shows a session its own requests and no others', () => {
    const log = logOf(prefix, other);
    log.arrived(10, id(1), at, client);
    log.arrived(20, id(2, other), at, { ...client, address: '192.0.2.99' });
    log.arrived(30, id(3, Uint8Array.of(7, 7, 7, 7, 7, 7)), at, client);
    expect(log.read(40, prefix)?.sightings).toMatchObject([{ atMs: 10, from: client, answer: 'none' }]);
    expect(JSON.stringify(log.read(40, prefix))).not.toContain('192.0.2.99');
  });

  it('keeps the first arrival of an id, and no more than it may', () => {
    const log = logOf(prefix);
    for (const number of [1, 1, 2, 3]) log.arrived(number, id(number), at, client);
    expect(log.read(5, prefix)).toMatchObject({ complete: true, sightings: { length: 3 } });
    log.arrived(6, id(4), at, client);
    expect(log.read(7, prefix)).toMatchObject({ complete: false, sightings: { length: 3 } });
  });

  it('has room for so many sessions, and for new ones when old ones have ended', () => {
    const log = logOf(prefix, other);
    const third = Uint8Array.of(3, 3, 3, 3, 3, 3);
    expect([log.open(1, third), log.open(999, third), log.open(1000, third)]).toEqual([false, false, true]);
    expect(log.size).toBe(1);
  });

  it('does not give one prefix to two', () => {
    expect(logOf(prefix).open(1, prefix)).toBe(false);
  });

  it('forgets a session at its end', () => {
    const log = logOf(prefix);
    expect(log.read(999, prefix)).not.toBeNull();
    expect(log.arrived(1000, id(1), at, client)).toBeNull();
    expect(log.read(1000, prefix)).toBeNull();
  });
});

describe('a watched server', () => {
  const request = (
    transactionId: Uint8Array,
    attributes: Parameters<typeof encodeMessage>[0]['attributes'] = [],
  ) => encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes });
  const endpoints = {
    PP: at,
    PA: { ...at, port: 3479 },
    AP: { address: '203.0.113.11', port: 3478 },
    AA: { address: '203.0.113.11', port: 3479 },
  };
  const received = (bytes: Uint8Array): Input => ({ kind: 'received', socket: 'PP', from: client, bytes });
  const changeBoth = [{ name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: true } }] as const;

  it('notes where the answer left from, and that there was none', () => {
    const log = new WitnessLog();
    log.open(0, prefix);
    const server = new WitnessedServer(new BindingServer({ endpoints, software: null }), endpoints, log);
    server.handle(1, received(request(id(1))));
    server.handle(2, received(request(id(2), changeBoth)));
    // RFC 8489 s6.3: a response is never answered.
    const response = encodeMessage({
      method: methods.binding,
      class: 'success',
      transactionId: id(3),
      attributes: [],
    });
    server.handle(3, received(response));
    server.handle(4, received(Uint8Array.of(0, 1, 0, 0)));
    log.sendFailed(5, id(2));
    expect(log.read(6, prefix)?.sightings).toMatchObject([
      { at, from: client, answer: 'left', answeredFrom: endpoints.PP },
      { answer: 'failed', answeredFrom: endpoints.AA },
      { answer: 'none', answeredFrom: null },
    ]);
  });

  it('changes nothing of what the server does', () => {
    const plain = new BindingServer({ endpoints, software: null });
    const log = new WitnessLog();
    log.open(0, prefix);
    const server: Machine = new WitnessedServer(
      new BindingServer({ endpoints, software: null }),
      endpoints,
      log,
    );
    const inputs: Input[] = [
      { kind: 'start' },
      received(request(id(1), changeBoth)),
      received(Uint8Array.of(1)),
      { kind: 'received', socket: 'tcp:1', from: client, bytes: request(id(4)) },
      { kind: 'closed', socket: 'tcp:1' },
    ];
    const both = inputs.map((input): [Effect[], Effect[]] => [
      server.handle(1, input),
      plain.handle(1, input),
    ]);
    for (const [watched, alone] of both) expect(watched).toEqual(alone);
  });
});
