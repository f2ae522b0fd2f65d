import type { CatalogFault } from '../catalog-fault.ts';

const answers = ['success', 'error'] as const;
const odd = { from: 1, every: 2 };
const mapped = { class: 'success', has: 'XOR-MAPPED-ADDRESS' } as const;

export const stunFaults: readonly CatalogFault[] = [
  {
    id: 'wrong-transaction-id',
    title: 'Every second answer has another transaction id',
    rfc: 'RFC 8489 s6.3.3',
    rules: [
      {
        on: 'outgoing',
        match: { class: [...answers], nth: odd },
        do: { kind: 'edit', transactionId: 'other' },
      },
    ],
  },
  {
    id: 'wrong-cookie',
    title: 'Every second answer has a wrong magic cookie',
    rfc: 'RFC 8489 s6.3',
    rules: [
      { on: 'outgoing', match: { class: [...answers], nth: odd }, do: { kind: 'edit', cookie: 'wrong' } },
    ],
  },
  {
    id: 'wrong-fingerprint',
    title: 'Every second answer has a wrong FINGERPRINT',
    rfc: 'RFC 8489 s6.3',
    rules: [
      {
        on: 'outgoing',
        match: { class: [...answers], nth: odd },
        do: { kind: 'edit', fingerprint: 'wrong' },
      },
    ],
  },
  {
    id: 'integrity-missing',
    title: 'Success comes without MESSAGE-INTEGRITY',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'outgoing', match: { class: 'success' }, do: { kind: 'edit', integrity: 'missing' } }],
  },
  {
    id: 'integrity-wrong',
    title: 'Success comes with an integrity that does not fit the password',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'outgoing', match: { class: 'success' }, do: { kind: 'edit', integrity: 'wrong' } }],
  },
  {
    id: 'integrity-wrong-once',
    title: 'A forged success comes before the true one',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'outgoing', match: { class: 'success' }, do: { kind: 'precede', integrity: 'wrong' } }],
  },
  {
    id: 'forged-error',
    title: 'An unsealed 400 comes before the true answer, as anybody on the way could send it',
    rfc: 'RFC 8489 s9.2.5',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success' },
        do: {
          kind: 'precede',
          class: 'error',
          set: { 'ERROR-CODE': { code: 400, reason: 'Bad Request' } },
          integrity: 'missing',
        },
      },
    ],
  },
  {
    id: 'tail-after-integrity',
    title: 'A LIFETIME of one second stands behind MESSAGE-INTEGRITY, where it does not count',
    rfc: 'RFC 8489 s14.5',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success', method: ['allocate', 'refresh'] },
        do: { kind: 'edit', remove: ['LIFETIME'], afterIntegrity: { LIFETIME: 1 } },
      },
    ],
  },
  {
    id: 'mapped-private',
    title: 'XOR-MAPPED-ADDRESS is a private address that is not the client’s',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: mapped,
        do: { kind: 'edit', set: { 'XOR-MAPPED-ADDRESS': '10.11.12.13:1234' } },
      },
    ],
  },
  {
    id: 'mapped-ipv6',
    title: 'XOR-MAPPED-ADDRESS is of the other family',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: mapped,
        do: { kind: 'edit', set: { 'XOR-MAPPED-ADDRESS': '[2001:db8::7]:1234' } },
      },
    ],
  },
  {
    id: 'mapped-flapping',
    title: 'XOR-MAPPED-ADDRESS is another one in every second answer',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: { ...mapped, nth: odd },
        do: { kind: 'edit', set: { 'XOR-MAPPED-ADDRESS': '198.51.100.77:1234' } },
      },
    ],
  },
  {
    id: 'mapped-plain',
    title: 'MAPPED-ADDRESS takes the place of XOR-MAPPED-ADDRESS, as from servers before RFC 5389',
    rfc: 'RFC 8489 s14.1',
    rules: [
      {
        on: 'outgoing',
        match: mapped,
        do: { kind: 'edit', rename: { 'XOR-MAPPED-ADDRESS': 'MAPPED-ADDRESS' } },
      },
    ],
  },
  {
    id: 'mapped-missing',
    title: 'No mapped address at all',
    rfc: 'RFC 8489 s12',
    rules: [{ on: 'outgoing', match: mapped, do: { kind: 'edit', remove: ['XOR-MAPPED-ADDRESS'] } }],
  },
  {
    id: 'unknown-required',
    title: 'Success carries an unknown attribute that must be understood',
    rfc: 'RFC 8489 s6.3.3',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success' },
        do: { kind: 'edit', addRaw: [{ type: 0x7f01, hex: '00000000' }] },
      },
    ],
  },
  {
    id: 'unknown-optional',
    title: 'Answers carry an unknown attribute that may be ignored',
    rfc: 'RFC 8489 s6.3.3',
    rules: [
      {
        on: 'outgoing',
        match: { class: [...answers] },
        do: { kind: 'edit', addRaw: [{ type: 0xff01, hex: '0102030405' }] },
      },
    ],
  },
  {
    id: 'padding-not-zero',
    title: 'Padding is 0xff instead of zero',
    rfc: 'RFC 8489 s14',
    rules: [
      {
        on: 'outgoing',
        match: { class: [...answers] },
        do: { kind: 'edit', paddingByte: 0xff, addRaw: [{ type: 0xff01, hex: '01' }] },
      },
    ],
  },
  {
    id: 'oversize-answers',
    title: 'Answers are 2000 bytes long: fragments, where the path takes them',
    rfc: 'RFC 8489 s6.1',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success' },
        do: { kind: 'edit', addRaw: [{ type: 0xff02, hex: 'ee'.repeat(1900) }] },
      },
    ],
  },
  {
    id: 'error-reason-nul',
    title: 'The reason of 401 ends in NUL bytes, as coturn before 4.16 sends it',
    rfc: 'RFC 8489 s14.8',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'error', code: 401 },
        do: { kind: 'edit', set: { 'ERROR-CODE': { code: 401, reason: 'Unauthorized\0\0\0\0' } } },
      },
    ],
  },
  {
    id: 'software-in-answers',
    title: 'Every answer names its software',
    rfc: 'RFC 8489 s14.14',
    rules: [
      {
        on: 'outgoing',
        match: { class: [...answers] },
        do: { kind: 'edit', set: { SOFTWARE: "Coturn-4.6.1 'Gorst'" } },
      },
    ],
  },
  {
    id: 'server-error-once',
    title: 'The first request is answered with 500',
    rfc: 'RFC 8489 s6.3.4',
    rules: [
      {
        on: 'incoming',
        match: { class: 'request', nth: 1 },
        do: { kind: 'answer', code: 500, reason: 'Server Error' },
      },
    ],
  },
  {
    id: 'server-error',
    title: 'Every request is answered with 500',
    rfc: 'RFC 8489 s6.3.4',
    rules: [
      {
        on: 'incoming',
        match: { class: 'request' },
        do: { kind: 'answer', code: 500, reason: 'Server Error' },
      },
    ],
  },
  {
    id: 'unknown-attribute',
    title: 'Allocate is refused with 420 that names REQUESTED-TRANSPORT',
    rfc: 'RFC 8489 s6.3.4',
    rules: [
      {
        on: 'incoming',
        match: { method: 'allocate', has: 'NONCE' },
        do: {
          kind: 'answer',
          code: 420,
          reason: 'Unknown Attribute',
          attributes: { 'UNKNOWN-ATTRIBUTES': [0x0019] },
        },
      },
    ],
  },
  {
    id: 'redirect-to-dead-host',
    title: 'Allocate is answered with 300 to a host that does not answer',
    rfc: 'RFC 8489 s10',
    rules: [
      {
        on: 'incoming',
        match: { method: 'allocate', has: 'NONCE' },
        do: {
          kind: 'answer',
          code: 300,
          reason: 'Try Alternate',
          attributes: { 'ALTERNATE-SERVER': '192.0.2.1:3478' },
        },
      },
    ],
  },
  {
    id: 'redirect-to-ipv6',
    title: 'Allocate is answered with 300 to an address of the other family',
    rfc: 'RFC 8489 s14.15',
    rules: [
      {
        on: 'incoming',
        match: { method: 'allocate', has: 'NONCE' },
        do: {
          kind: 'answer',
          code: 300,
          reason: 'Try Alternate',
          attributes: { 'ALTERNATE-SERVER': '[2001:db8::1]:3478', 'ALTERNATE-DOMAIN': 'elsewhere.example' },
        },
      },
    ],
  },
];
