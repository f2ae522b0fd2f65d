/**
 * Published sample messages, byte for byte. Each carries its own HMAC and most a CRC, and `vectors.test.ts` checks
 * both with Node's primitives alone, so a slip in the typing cannot hide.
 */

export interface StunVector {
  readonly source: string;
  /** White space is for the eye. */
  readonly hex: string;
  /** What the HMAC key is made from. */
  readonly key:
    | { readonly kind: 'short-term'; readonly password: string }
    | {
        readonly kind: 'long-term';
        readonly username: string;
        readonly realm: string;
        readonly password: string;
        readonly digest: 'md5' | 'sha256';
      };
  readonly integrity: 'sha1' | 'sha256';
  readonly fingerprint: boolean;
  /** The samples fill the gap after a value with this; receivers must not care. */
  readonly paddingByte: number;
}

const shortTerm = { kind: 'short-term', password: 'VOkJxbRl1RmTxUk/WvJxBt' } as const;
/** U+30DE U+30C8 U+30EA U+30C3 U+30AF U+30B9. */
export const katakanaMatrix = '\u30de\u30c8\u30ea\u30c3\u30af\u30b9';
/** The RFCs give it as The<U+00AD>M<U+00AA>tr<U+2168>, which their preparation turns into this. */
const preparedPassword = 'TheMatrIX';
const longTerm = {
  kind: 'long-term',
  username: katakanaMatrix,
  realm: 'example.org',
  password: preparedPassword,
} as const;

export const stunVectors = {
  request: {
    source: 'RFC 5769 s2.1, sample request',
    hex: `
      00010058 2112a442 b7e7a701 bc34d686 fa87dfae
      80220010 5354554e 20746573 7420636c 69656e74
      00240004 6e0001ff
      80290008 932ff9b1 51263b36
      00060009 6576746a 3a683676 59202020
      00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
      80280004 e57a3bcf`,
    key: shortTerm,
    integrity: 'sha1',
    fingerprint: true,
    paddingByte: 0x20,
  },
  ipv4Response: {
    source: 'RFC 5769 s2.2, sample IPv4 response',
    hex: `
      0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
      8022000b 74657374 20766563 746f7220
      00200008 0001a147 e112a643
      00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
      80280004 c07d4c96`,
    key: shortTerm,
    integrity: 'sha1',
    fingerprint: true,
    paddingByte: 0x20,
  },
  ipv6Response: {
    source: 'RFC 5769 s2.3, sample IPv6 response',
    hex: `
      01010048 2112a442 b7e7a701 bc34d686 fa87dfae
      8022000b 74657374 20766563 746f7220
      00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
      00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
      80280004 c8fb0b4c`,
    key: shortTerm,
    integrity: 'sha1',
    fingerprint: true,
    paddingByte: 0x20,
  },
  longTermRequest: {
    source: 'RFC 5769 s2.4, sample request with long-term authentication',
    hex: `
      00010060 2112a442 78ad3433 c6ad72c0 29da412e
      00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000
      0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341
      0014000b 6578616d 706c652e 6f726700
      00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666`,
    key: { ...longTerm, digest: 'md5' },
    integrity: 'sha1',
    fingerprint: false,
    paddingByte: 0x00,
  },
  sha256Request: {
    source: 'RFC 8489 appendix B.1 with erratum 6268: long-term request with SHA-256 and USERHASH',
    hex: `
      00010090 2112a442 78ad3433 c6ad72c0 29da412e
      001e0020 4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704
      00150029 6f624d61 744a6f73 32414141 43662f2f 3439396b 39353464 364f4c33 346f4c39
               46535476 79363473 41000000
      0014000b 6578616d 706c652e 6f726700
      001d0004 00020000
      001c0020 b5c7bf00 5b6c52a2 1c51c5e8 92f81924 136296cb 927c4314 9309278c c6518e65`,
    key: { ...longTerm, digest: 'sha256' },
    integrity: 'sha256',
    fingerprint: false,
    paddingByte: 0x00,
  },
} as const satisfies Record<string, StunVector>;

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s+/g, ''), 'hex'));
}
