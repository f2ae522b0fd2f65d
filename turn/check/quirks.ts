/**
 * Behaviour that changed in a release of coturn. Which side of the change a server is on is measured, so its version
 * need not be believed: SOFTWARE is off by default from 4.7 on and can say anything.
 */
export interface QuirkRow {
  /** The first release without it. */
  readonly fixedIn: string;
  readonly title: string;
  /** The published flaw that goes with it. */
  readonly advisory?: { readonly id: string; readonly title: string };
}

export const quirkTable = {
  'zero-addresses-allowed': {
    fixedIn: '4.5.2',
    title: 'peers 0.0.0.0, ::1 and :: are allowed',
    advisory: { id: 'CVE-2020-26262', title: 'Loopback peers through 0.0.0.0, ::1 and ::' },
  },
  'mapped-loopback-allowed': {
    fixedIn: '4.9.0',
    title: 'peers written as ::ffff:a.b.c.d pass the deny rules of the IPv4 address',
    advisory: {
      id: 'CVE-2026-27624',
      title: 'IPv4-mapped IPv6 peers pass IPv4 deny rules (GHSA-j8mm-mpf8-gvjg)',
    },
  },
  'embedded-ipv4-allowed': {
    fixedIn: '4.13.1',
    title: 'link-local peers, and IPv4 peers inside other IPv6 forms, are allowed by default',
  },
  'attributes-after-integrity-applied': {
    fixedIn: '4.15.0',
    title: 'attributes behind MESSAGE-INTEGRITY are obeyed',
  },
  'sha256-integrity-refused': {
    fixedIn: '4.15.0',
    title: 'MESSAGE-INTEGRITY-SHA256 beside MESSAGE-INTEGRITY is refused with 420',
  },
  'padding-leaks': { fixedIn: '4.15.0', title: 'padding bytes show memory' },
  'old-channel-range': { fixedIn: '4.16.0', title: 'channel numbers 0x5000–0x7FFF are accepted' },
  'unknown-token-not-508': {
    fixedIn: '4.16.0',
    title: 'an unknown RESERVATION-TOKEN is not answered with 508',
  },
  'last-peer-wins': {
    fixedIn: '4.16.0',
    title: 'the last XOR-PEER-ADDRESS of a Send counts instead of the first',
  },
  'reason-counts-padding': { fixedIn: '4.16.0', title: 'the length of ERROR-CODE counts its padding' },
  'short-nonce': { fixedIn: '4.17.0', title: 'nonces have 16 hex digits instead of 24' },
} as const satisfies Record<string, QuirkRow>;

export type Quirk = keyof typeof quirkTable;
