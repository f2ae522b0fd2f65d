import type { CatalogFault } from '../catalog-fault.ts';

const allocate = { class: 'request', method: 'allocate', has: 'NONCE' } as const;
const refresh = { class: 'request', method: 'refresh', has: 'NONCE' } as const;
const allocated = { class: 'success', method: 'allocate' } as const;
const relayed = 'XOR-RELAYED-ADDRESS';

function refused(id: string, code: number, reason: string, title: string): CatalogFault {
  return {
    id,
    title,
    rfc: 'RFC 8656 s7.4',
    rules: [{ on: 'incoming', match: allocate, do: { kind: 'answer', code, reason } }],
  };
}

export const allocationFaults: readonly CatalogFault[] = [
  {
    id: 'mismatch-once',
    title: 'The first Allocate from each port is answered with 437: somebody had that five-tuple before',
    rfc: 'RFC 8656 s7.4',
    rules: [
      {
        on: 'incoming',
        match: { ...allocate, nth: 1 },
        do: { kind: 'answer', code: 437, reason: 'Allocation Mismatch' },
      },
    ],
  },
  {
    id: 'mismatch-once-per-user',
    title: 'The first Allocate of a user is answered with 437; from a new port it would work',
    rfc: 'RFC 8656 s7.4',
    rules: [
      {
        on: 'incoming',
        match: { ...allocate, nth: 1, per: 'user' },
        do: { kind: 'answer', code: 437, reason: 'Allocation Mismatch' },
      },
    ],
  },
  {
    id: 'mismatch-on-refresh',
    title: 'Refresh is answered with 437: the server has forgotten the allocation',
    rfc: 'RFC 8656 s8.3',
    rules: [
      { on: 'incoming', match: refresh, do: { kind: 'answer', code: 437, reason: 'Allocation Mismatch' } },
    ],
  },
  refused('quota-reached', 486, 'Allocation Quota Reached', 'Allocate is answered with 486'),
  refused('insufficient-capacity', 508, 'Insufficient Capacity', 'Allocate is answered with 508'),
  {
    id: 'insufficient-capacity-once',
    title: 'The first Allocate is answered with 508, the next is served',
    rfc: 'RFC 8656 s7.4',
    rules: [
      {
        on: 'incoming',
        match: { ...allocate, nth: 1 },
        do: { kind: 'answer', code: 508, reason: 'Insufficient Capacity' },
      },
    ],
  },
  refused('family-unsupported', 440, 'Address Family not Supported', 'Allocate is answered with 440'),
  refused('transport-unsupported', 442, 'Unsupported Transport Protocol', 'Allocate is answered with 442'),
  refused('allocate-bad-request', 400, 'Bad Request', 'Allocate is answered with 400'),
  {
    id: 'allocate-slow',
    title: 'Allocate is answered after five seconds',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'delay', ms: 5000 } }],
  },
  {
    id: 'lifetime-zero',
    title: 'LIFETIME of the allocation is 0',
    rfc: 'RFC 8656 s7.3',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', set: { LIFETIME: 0 } } }],
  },
  {
    id: 'lifetime-one-second',
    title: 'LIFETIME of the allocation is one second',
    rfc: 'RFC 8656 s7.3',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', set: { LIFETIME: 1 } } }],
  },
  {
    id: 'lifetime-endless',
    title: 'LIFETIME of the allocation is 136 years; the server keeps it for ten minutes',
    rfc: 'RFC 8656 s7.3',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', set: { LIFETIME: 0xffff_ffff } } }],
  },
  {
    id: 'lifetime-missing',
    title: 'The allocation comes without LIFETIME',
    rfc: 'RFC 8656 s7.3',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', remove: ['LIFETIME'] } }],
  },
  {
    id: 'lifetime-shortened',
    title: 'Each Refresh gives only 30 seconds more',
    rfc: 'RFC 8656 s8.3',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success', method: 'refresh' },
        do: { kind: 'edit', set: { LIFETIME: 30 } },
      },
    ],
  },
  {
    id: 'refresh-unanswered',
    title: 'Refresh is never answered',
    rfc: 'RFC 8656 s8.3',
    rules: [{ on: 'incoming', match: refresh, do: 'drop' }],
  },
  {
    id: 'relayed-missing',
    title: 'The allocation comes without a relayed address',
    rfc: 'RFC 8656 s7.3',
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', remove: [relayed] } }],
  },
  {
    id: 'relayed-twice',
    title: 'The allocation comes with a second relayed address that nobody asked for',
    rfc: 'RFC 8656 s7.3',
    rules: [
      { on: 'outgoing', match: allocated, do: { kind: 'edit', add: { [relayed]: '198.51.100.9:50000' } } },
    ],
  },
  {
    id: 'relayed-private',
    title: 'The relayed address is a private one: external-ip was forgotten',
    rfc: null,
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', set: { [relayed]: '10.0.0.5:50000' } } }],
  },
  {
    id: 'relayed-unspecified',
    title: 'The relayed address is 0.0.0.0',
    rfc: null,
    rules: [{ on: 'outgoing', match: allocated, do: { kind: 'edit', set: { [relayed]: '0.0.0.0:50000' } } }],
  },
  {
    id: 'relayed-ipv6',
    title: 'The relayed address is of the other family',
    rfc: 'RFC 8656 s7.3',
    rules: [
      { on: 'outgoing', match: allocated, do: { kind: 'edit', set: { [relayed]: '[2001:db8::5]:50000' } } },
    ],
  },
  {
    id: 'address-error-code',
    title: 'The allocation says that IPv6 could not be had, which nobody asked for',
    rfc: 'RFC 8656 s18.12',
    rules: [
      {
        on: 'outgoing',
        match: allocated,
        do: {
          kind: 'edit',
          add: { 'ADDRESS-ERROR-CODE': { family: 'ipv6', code: 508, reason: 'Insufficient Capacity' } },
        },
      },
    ],
  },
  {
    id: 'relayed-changes',
    title: 'Each Refresh names another relayed address',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success', method: 'refresh' },
        do: { kind: 'edit', add: { [relayed]: '198.51.100.9:50001' } },
      },
    ],
  },
  {
    id: 'silent-expiry',
    title: 'A minute after the allocation it is gone: data vanish, requests are answered with 437',
    rfc: 'RFC 8656 s8.3',
    rules: [
      {
        on: 'incoming',
        match: {
          method: ['refresh', 'create-permission', 'channel-bind'],
          window: { fromSec: 60, since: 'allocation' },
        },
        do: { kind: 'answer', code: 437, reason: 'Allocation Mismatch' },
      },
      {
        on: 'incoming',
        match: { method: ['send', 'channel-data'], window: { fromSec: 60, since: 'allocation' } },
        do: 'drop',
      },
    ],
  },
];
