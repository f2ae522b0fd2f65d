import type { CatalogFault } from '../catalog-fault.ts';

/** Requests with a login carry the nonce of an earlier answer. */
const loggedIn = { class: 'request', has: 'NONCE' } as const;

export const authFaults: readonly CatalogFault[] = [
  {
    id: 'unauthorized',
    title: 'Right credentials are answered with 401',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'incoming', match: loggedIn, do: { kind: 'challenge', code: 401 } }],
  },
  {
    id: 'unauthorized-once',
    title: 'Right credentials are answered with 401 once',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'incoming', match: { ...loggedIn, nth: 1 }, do: { kind: 'challenge', code: 401 } }],
  },
  {
    id: 'challenge-without-realm',
    title: '401 comes without REALM',
    rfc: 'RFC 8489 s9.2.4',
    rules: [{ on: 'outgoing', match: { code: 401 }, do: { kind: 'edit', remove: ['REALM'] } }],
  },
  {
    id: 'challenge-without-nonce',
    title: '401 comes without NONCE',
    rfc: 'RFC 8489 s9.2.4',
    rules: [{ on: 'outgoing', match: { code: 401 }, do: { kind: 'edit', remove: ['NONCE'] } }],
  },
  {
    id: 'realm-changes',
    title: 'Once in the session 438 names another realm',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, nth: 3 },
        do: { kind: 'challenge', code: 438, realm: 'elsewhere.example' },
      },
    ],
  },
  {
    id: 'stale-nonce-always',
    title: 'Every login is answered with 438 and a fresh nonce',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'incoming', match: loggedIn, do: { kind: 'challenge', code: 438 } }],
  },
  {
    id: 'stale-nonce-alternating',
    title: 'Every second login is answered with 438',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, nth: { from: 1, every: 2 } },
        do: { kind: 'challenge', code: 438 },
      },
    ],
  },
  {
    id: 'stale-nonce-twice',
    title: 'Two of three logins are answered with 438',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, nth: { from: 1, every: 3 } },
        do: { kind: 'challenge', code: 438 },
      },
      {
        on: 'incoming',
        match: { ...loggedIn, nth: { from: 2, every: 3 } },
        do: { kind: 'challenge', code: 438 },
      },
    ],
  },
  {
    id: 'stale-nonce-on-refresh',
    title: 'Every Refresh is answered with 438 first',
    rfc: 'RFC 8656 s5',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, method: 'refresh', nth: { from: 1, every: 2 } },
        do: { kind: 'challenge', code: 438 },
      },
    ],
  },
  {
    id: 'stale-nonce-on-permission',
    title: 'Every CreatePermission and ChannelBind is answered with 438 first',
    rfc: 'RFC 8656 s5',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, method: ['create-permission', 'channel-bind'], nth: { from: 1, every: 2 } },
        do: { kind: 'challenge', code: 438 },
      },
    ],
  },
  {
    id: 'stale-nonce-same',
    title: '438 once, with the nonce that the client has just used',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      { on: 'incoming', match: { ...loggedIn, nth: 1 }, do: { kind: 'challenge', code: 438, nonce: 'same' } },
    ],
  },
  {
    id: 'stale-nonce-without-nonce',
    title: '438 once, without a nonce',
    rfc: 'RFC 8489 s9.2.4',
    rules: [
      { on: 'incoming', match: { ...loggedIn, nth: 1 }, do: { kind: 'challenge', code: 438, nonce: 'none' } },
    ],
  },
  {
    id: 'nonce-of-127-characters',
    title: 'The first nonce is as long as it may be; 438 follows',
    rfc: 'RFC 8489 s14.10',
    rules: [
      {
        on: 'incoming',
        match: { class: 'request', method: 'allocate', lacks: 'NONCE', nth: 1 },
        do: { kind: 'challenge', code: 401, nonce: 'long' },
      },
    ],
  },
  {
    id: 'bid-down',
    title: 'The nonce declares password algorithms, and PASSWORD-ALGORITHMS is gone',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'outgoing', match: { code: 401 }, do: { kind: 'edit', remove: ['PASSWORD-ALGORITHMS'] } }],
  },
  {
    id: 'algorithms-altered',
    title: 'PASSWORD-ALGORITHMS was changed on the way to MD5 alone',
    rfc: 'RFC 8489 s9.2.4',
    rules: [
      { on: 'outgoing', match: { code: 401 }, do: { kind: 'edit', set: { 'PASSWORD-ALGORITHMS': [1] } } },
    ],
  },
  {
    id: 'algorithms-unknown',
    title: 'PASSWORD-ALGORITHMS offers nothing that is known',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      { on: 'outgoing', match: { code: 401 }, do: { kind: 'edit', set: { 'PASSWORD-ALGORITHMS': [0x7e] } } },
    ],
  },
  {
    id: 'credential-expires',
    title: 'Refresh is answered with 401: the credential has run out during the call',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      { on: 'incoming', match: { ...loggedIn, method: 'refresh' }, do: { kind: 'challenge', code: 401 } },
    ],
  },
  {
    id: 'wrong-credentials',
    title: 'Refresh is answered with 441: the allocation belongs to somebody else',
    rfc: 'RFC 8656 s8.2',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, method: 'refresh' },
        do: { kind: 'answer', code: 441, reason: 'Wrong Credentials' },
      },
    ],
  },
  {
    id: 'sealed-both-ways',
    title: 'A request with both kinds of integrity is answered with 420, as coturn before 4.15 does',
    rfc: 'RFC 8489 s9.2.4',
    rules: [
      {
        on: 'incoming',
        match: { has: ['MESSAGE-INTEGRITY', 'MESSAGE-INTEGRITY-SHA256'] },
        do: {
          kind: 'answer',
          code: 420,
          reason: 'Unknown Attribute',
          attributes: { 'UNKNOWN-ATTRIBUTES': [0x001c] },
        },
      },
    ],
  },
  {
    id: 'allocate-forbidden',
    title: 'Allocate is answered with 403',
    rfc: 'RFC 8656 s7.4',
    rules: [
      {
        on: 'incoming',
        match: { ...loggedIn, method: 'allocate' },
        do: { kind: 'answer', code: 403, reason: 'Forbidden' },
      },
    ],
  },
];
