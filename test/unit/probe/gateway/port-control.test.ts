import { describe, expect, it } from 'vitest';
import { decodeExternalAddress, encodeExternalAddressRequest } from '../../../../probe/gateway/nat-pmp.ts';
import { decodeAnnounce, encodeAnnounce } from '../../../../probe/gateway/pcp.ts';
import { toHex } from '../../../../stun/bytes.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('PCP ANNOUNCE', () => {
  it('is the header of RFC 6887 §7.1 with opcode 0, lifetime 0 and the client’s address', () => {
    const head = '02 00 0000 00000000';
    expect(encodeAnnounce('192.168.1.2')).toEqual(bytes(`${head} 00000000000000000000ffff c0a80102`));
    expect(encodeAnnounce('fe80::1')).toEqual(bytes(`${head} fe800000000000000000000000000001`));
  });

  it('reads the answer of miniupnpd 2.3.1', () => {
    const answer = bytes('02 80 00 00 00000000 00000002 000000000000000000000000');
    expect(decodeAnnounce(answer)).toEqual({ ok: true, version: 2, resultCode: 0, externalAddress: null });
  });

  it('reads result codes, and the version that a server offers instead (RFC 6887 §7.4, §9)', () => {
    const refused = (version: string, code: string) =>
      bytes(`${version} 80 00 ${code} 00000000 00000002 000000000000000000000000`);
    expect(decodeAnnounce(refused('02', '0c'))).toMatchObject({ ok: true, version: 2, resultCode: 12 });
    expect(decodeAnnounce(refused('01', '01'))).toMatchObject({ ok: true, version: 1, resultCode: 1 });
  });

  it('takes the answer of a router that speaks NAT-PMP only for what it is (RFC 6887 §9)', () => {
    const answer = decodeAnnounce(bytes('00 80 0001 00000102'));
    expect(answer).toEqual({ ok: true, version: 0, resultCode: 1, externalAddress: null });
  });

  it.each([
    ['nothing', ''],
    ['one’s own request', toHex(encodeAnnounce('192.168.1.2'))],
    ['a cut-off answer', '0280000000000000'],
    ['a length that is no multiple of four (§8.3)', `02800000${'00'.repeat(21)}`],
    ['more than 1100 bytes (§8.3)', `02800000${'00'.repeat(1100)}`],
    ['the answer to a MAP request', `02810000${'00'.repeat(20)}`],
  ])('does not take %s for an answer', (_, hex) => {
    expect(decodeAnnounce(bytes(hex))).toMatchObject({ ok: false, problem: expect.stringMatching(/./) });
  });
});

describe('NAT-PMP public address request', () => {
  it('is two zero bytes (RFC 6886 §3.2)', () => {
    expect(encodeExternalAddressRequest()).toEqual(bytes('0000'));
  });

  it('reads the answer of miniupnpd 2.3.1', () => {
    const answer = decodeExternalAddress(bytes('00 80 0000 00000002 0b4e1002'));
    expect(answer).toEqual({ ok: true, version: 0, resultCode: 0, externalAddress: '11.78.16.2' });
  });

  it('reads the refusal of a router without a public address (RFC 6886 §3.5, code 3)', () => {
    const answer = decodeExternalAddress(bytes('00 80 0003 00000001 00000000'));
    expect(answer).toEqual({ ok: true, version: 0, resultCode: 3, externalAddress: null });
  });

  it('0.0.0.0 is no address', () => {
    const answer = decodeExternalAddress(bytes('00 80 0000 00000001 00000000'));
    expect(answer).toMatchObject({ ok: true, resultCode: 0, externalAddress: null });
  });

  it('reads "unsupported version" from a server that speaks PCP only (RFC 6887 §9)', () => {
    const answer = decodeExternalAddress(bytes('02 80 00 01 00000000 00000002 000000000000000000000000'));
    expect(answer).toEqual({ ok: true, version: 2, resultCode: 1, externalAddress: null });
  });

  it.each([
    ['nothing', ''],
    ['one’s own request', '00000000'],
    ['success without an address', '0080000000000002'],
    ['success for another opcode', '00810000000000020b4e1002'],
  ])('does not take %s for an answer', (_, hex) => {
    expect(decodeExternalAddress(bytes(hex))).toMatchObject({ ok: false });
  });
});
