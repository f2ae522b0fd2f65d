import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../stun/endpoint.ts';
import { sealMessage } from '../../../stun/integrity.ts';
import { decodeMessage, encodeMessage, methods, type StunMessage } from '../../../stun/message.ts';
import { ClientTransaction, rfc8489Schedule, type TransactionSpec } from '../../../stun/transaction.ts';
import { fromHex } from '../../vectors/stun-vectors.ts';

const transactionId = fromHex('000102030405060708090a0b');
const server: Endpoint = { address: '192.0.2.1', port: 3478 };
const other: Endpoint = { address: '192.0.2.2', port: 3479 };
const local: Endpoint = { address: '10.0.0.2', port: 50_000 };
const request = encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes: [] });

function transaction(spec: Partial<TransactionSpec> = {}): ClientTransaction {
  return new ClientTransaction({
    purpose: 'test',
    transport: 'udp',
    to: server,
    request,
    transactionId,
    ...rfc8489Schedule(),
    ...spec,
  });
}

function answer(message: Partial<StunMessage> = {}): { bytes: Uint8Array; message: StunMessage } {
  const bytes = encodeMessage({
    method: methods.binding,
    class: 'success',
    transactionId,
    attributes: [],
    ...message,
  });
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.problem);
  return { bytes, message: result.message };
}

function deliver(
  to: ClientTransaction,
  nowMs: number,
  from: Endpoint,
  message: Partial<StunMessage> = {},
): boolean {
  const { bytes, message: decoded } = answer(message);
  return to.onMessage(nowMs, from, bytes, decoded);
}

describe('retransmission (RFC 8489 s6.2.1)', () => {
  it('has the schedule that the RFC gives as its example', () => {
    expect(rfc8489Schedule()).toEqual({
      scheduleMs: [0, 500, 1500, 3500, 7500, 15_500, 31_500],
      giveUpMs: 39_500,
    });
  });

  it('sends the same bytes on time and then is silent', () => {
    const one = transaction();
    expect(one.nextDeadlineMs()).toBeNull();
    expect(one.start(1000, local)).toBe(request);
    const seen = [1000];
    for (let at = one.nextDeadlineMs(); at !== null; at = one.nextDeadlineMs()) {
      expect(one.onDeadline(at - 0.01)).toBeNull();
      const bytes = one.onDeadline(at);
      if (bytes !== null) {
        expect(bytes).toBe(request);
        seen.push(at);
      } else {
        expect(at).toBe(40_500);
      }
    }
    expect(seen).toEqual([1000, 1500, 2500, 4500, 8500, 16_500, 32_500]);
    expect(one.record).toMatchObject({ outcome: 'silent', sentMs: seen, rttMs: null, response: null, local });
    expect(one.settled).toBe(true);
  });

  it('sends once after a long sleep, not once for every transmission slept through', () => {
    const one = transaction();
    one.start(0, local);
    expect(one.onDeadline(4000)).toBe(request);
    expect(one.record.sentMs).toEqual([0, 4000]);
    expect(one.nextDeadlineMs()).toBe(7500);
    expect(one.onDeadline(100_000)).toBeNull();
    expect(one.record.outcome).toBe('silent');
  });

  it('sends once on a stream', () => {
    const one = transaction({ transport: 'tcp', scheduleMs: [0], giveUpMs: 39_500 });
    one.start(0, local);
    expect(one.nextDeadlineMs()).toBe(39_500);
    expect(one.onDeadline(39_500)).toBeNull();
    expect(one.record).toMatchObject({ outcome: 'silent', sentMs: [0] });
  });
});

describe('answers', () => {
  it('settle it, with the round trip of the one transmission', () => {
    const one = transaction();
    one.start(100, local);
    expect(deliver(one, 123.5, server)).toBe(true);
    expect(one.record).toMatchObject({
      outcome: 'answered',
      rttMs: 23.5,
      receivedMs: 123.5,
      from: server,
      notes: [],
    });
    expect(one.nextDeadlineMs()).toBeNull();
    expect(one.onDeadline(1e9)).toBeNull();
  });

  it('have no round trip once two transmissions are out (Karn)', () => {
    const one = transaction();
    one.start(0, local);
    one.onDeadline(500);
    expect(deliver(one, 510, server, { class: 'error' })).toBe(true);
    expect(one.record).toMatchObject({ outcome: 'refused', rttMs: null, receivedMs: 510 });
  });

  it('with another id are not ours, and leave no trace', () => {
    const one = transaction();
    one.start(0, local);
    expect(deliver(one, 1, server, { transactionId: new Uint8Array(12) })).toBe(false);
    expect(one.record).toMatchObject({ outcome: 'pending', notes: [] });
  });

  it('from another endpoint are noted and ignored', () => {
    const one = transaction();
    one.start(0, local);
    expect(deliver(one, 1, other)).toBe(false);
    expect(deliver(one, 2, { ...server, port: 3479 })).toBe(false);
    expect(one.record).toMatchObject({
      outcome: 'pending',
      notes: ['answer from 192.0.2.2:3479, ignored', 'answer from 192.0.2.1:3479, ignored'],
    });
    expect(deliver(one, 3, server)).toBe(true);
  });

  it('may come from where the spec says', () => {
    const listed = transaction({ acceptFrom: [other] });
    listed.start(0, local);
    expect(deliver(listed, 1, server)).toBe(false);
    expect(deliver(listed, 2, other)).toBe(true);
    expect(listed.record).toMatchObject({ from: other, to: server });
    const open = transaction({ acceptFrom: 'any' });
    open.start(0, local);
    expect(deliver(open, 1, other)).toBe(true);
  });

  it.each<[string, Partial<StunMessage>]>([
    ['request with our id', { class: 'request' }],
    ['indication with our id', { class: 'indication' }],
    ['answer to another method', { method: methods.allocate }],
    ['answer without the magic cookie', { classicCookie: 1 }],
    ['answer with a wrong FINGERPRINT', { attributes: [{ name: 'FINGERPRINT', value: 1 }] }],
  ])('that are none: %s', (note, message) => {
    const one = transaction();
    one.start(0, local);
    expect(deliver(one, 1, server, message)).toBe(false);
    expect(one.record).toMatchObject({ outcome: 'pending', notes: [`${note} from 192.0.2.1:3478, ignored`] });
  });

  it('with a fitting FINGERPRINT count', () => {
    const one = transaction();
    one.start(0, local);
    const { message } = answer();
    const bytes = sealMessage(message, { fingerprint: true });
    expect(one.onMessage(1, server, bytes, message)).toBe(true);
  });

  it('that come twice change nothing, and a flood of them does not grow the record', () => {
    const one = transaction();
    one.start(0, local);
    deliver(one, 10, server);
    for (let i = 0; i < 1000; i++) expect(deliver(one, 20 + i, server, { class: 'error' })).toBe(false);
    expect(one.record).toMatchObject({ outcome: 'answered', rttMs: 10 });
    expect(one.record.notes).toHaveLength(17);
    expect(one.record.notes[0]).toBe('duplicate answer from 192.0.2.1:3478, ignored');
    expect(one.record.notes[16]).toBe('984 more notes left out');
  });

  it('before the start are ignored', () => {
    expect(deliver(transaction(), 1, server)).toBe(false);
  });
});

describe('a broken link', () => {
  it('settles it as failed, unless it is settled', () => {
    const error = { code: 'ECONNREFUSED', message: 'refused' };
    const failed = transaction();
    failed.start(0, local);
    failed.onLinkError(5, error);
    expect(failed.record).toMatchObject({ outcome: 'failed', error });
    const answered = transaction();
    answered.start(0, local);
    deliver(answered, 1, server);
    answered.onLinkError(5, error);
    expect(answered.record).toMatchObject({ outcome: 'answered', error: null });
  });
});
