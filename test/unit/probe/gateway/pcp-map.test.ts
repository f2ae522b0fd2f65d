import { describe, expect, it } from 'vitest';
import { decodeMap, encodeMap, type MapRequest } from '../../../../probe/gateway/pcp-map.ts';
import { PortRequest } from '../../../../probe/gateway/port-request.ts';
import { toHex } from '../../../../stun/bytes.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const nonce = bytes('0102030405060708090a0b0c');
const request: MapRequest = {
  ...{ clientAddress: '192.168.1.2', nonce, internalPort: 0xabcd, lifetimeSec: 7_200 },
};
const answer = (changed: Partial<Record<'code' | 'nonce' | 'port', string>> = {}) =>
  bytes(
    `02 81 00 ${changed.code ?? '00'} 00001c20 00000002 000000000000000000000000
    ${changed.nonce ?? toHex(nonce)} 11 000000 ${changed.port ?? 'abcd'} 0fa1
    00000000000000000000ffff 0b4e1002`.replaceAll('\n', ''),
  );

describe('PCP MAP', () => {
  it('is the header of RFC 6887 §7.1 and the data of §11.1, and suggests the port of the host', () => {
    const head = '02 01 0000 00001c20 00000000000000000000ffff c0a80102';
    const data = `${toHex(nonce)} 11 000000 abcd abcd 00000000000000000000ffff 00000000`;
    expect(toHex(encodeMap(request))).toBe(toHex(bytes(head + data)));
  });

  it('suggests nothing where it deletes (§15.1)', () => {
    const deletion = encodeMap({ ...request, lifetimeSec: 0 });
    expect(toHex(deletion.subarray(4, 8))).toBe('00000000');
    expect(toHex(deletion.subarray(40, 44))).toBe('abcd0000');
  });

  it('reads what the router has given', () => {
    expect(decodeMap(answer(), request)).toEqual({
      ok: true,
      external: { address: '11.78.16.2', port: 0x0fa1 },
      resultCode: 0,
      lifetimeSec: 7_200,
    });
  });

  it('reads refusals, of NAT-PMP routers as well (§7.4, §9)', () => {
    const refused = { ok: true, external: null, lifetimeSec: 0 };
    expect(decodeMap(answer({ code: '03' }), request)).toEqual({ ...refused, resultCode: 3 });
    expect(decodeMap(bytes('00 80 0001'), request)).toEqual({ ...refused, resultCode: 1 });
  });

  it.each([
    ['nothing', bytes('')],
    ['one’s own request', encodeMap(request)],
    ['success without a mapping', answer().subarray(0, 24)],
    ['the answer to another nonce (§11.4)', answer({ nonce: 'ff'.repeat(12) })],
    ['the answer for another port (§11.4)', answer({ port: 'abce' })],
    ['the answer to ANNOUNCE', bytes('02 80 00 00 00000000 00000002 000000000000000000000000')],
  ])('does not take %s for an answer', (_, got) => {
    expect(decodeMap(got, request)).toMatchObject({ ok: false, problem: expect.stringMatching(/./) });
  });
});

describe('a request for a port', () => {
  const router = { address: '192.168.1.1', port: 5351 };
  const { clientAddress: _, ...wanted } = request;
  const started = () => {
    const machine = new PortRequest({ ...wanted, router: router.address });
    machine.handle(0, { kind: 'start' });
    const local = { address: '192.168.1.2', port: 40_000 };
    const sent = machine.handle(0, { kind: 'opened', socket: 'port-request', local });
    return { machine, sent };
  };

  it('goes to the router from the address that it names, and ends with its answer', () => {
    const { machine, sent } = started();
    expect(sent).toEqual([{ kind: 'send', socket: 'port-request', to: router, bytes: encodeMap(request) }]);
    const received = { kind: 'received', socket: 'port-request', bytes: answer() } as const;
    // RFC 6887 §8.3: nobody but the router can answer.
    machine.handle(1, { ...received, from: { ...router, address: '192.168.1.9' } });
    expect(machine.isFinished()).toBe(false);
    machine.handle(2, { ...received, from: router });
    expect(machine.isFinished()).toBe(true);
    expect(machine.external).toEqual({ address: '11.78.16.2', port: 0x0fa1 });
  });

  it('is repeated, and given up where nobody answers', () => {
    const { machine } = started();
    const sentMs: number[] = [0];
    for (let nowMs = machine.nextDeadlineMs(); nowMs !== null; nowMs = machine.nextDeadlineMs()) {
      const effects = machine.handle(nowMs, { kind: 'deadline' });
      if (effects.some(({ kind }) => kind === 'send')) sentMs.push(nowMs);
    }
    expect(sentMs).toEqual([0, 250, 750]);
    expect(machine.external).toBeNull();
  });

  it('ends where nobody listens', () => {
    const { machine } = started();
    const error = { code: 'ECONNREFUSED', message: 'port unreachable' };
    machine.handle(1, { kind: 'send-failed', socket: 'port-request', to: router, error });
    expect(machine.isFinished()).toBe(true);
  });
});
