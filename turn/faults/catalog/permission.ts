import type { CatalogFault } from '../catalog-fault.ts';

const permission = { class: 'request', method: 'create-permission', has: 'NONCE' } as const;
const bind = { class: 'request', method: 'channel-bind', has: 'NONCE' } as const;
const bound = { class: 'success', method: 'channel-bind' } as const;
const laterOn = { fromSec: 120, since: 'allocation' } as const;

export const permissionFaults: readonly CatalogFault[] = [
  {
    id: 'permission-forbidden',
    title: 'CreatePermission is answered with 403',
    rfc: 'RFC 8656 s10.3',
    rules: [{ on: 'incoming', match: permission, do: { kind: 'answer', code: 403, reason: 'Forbidden' } }],
  },
  {
    id: 'permission-bad-request',
    title: 'CreatePermission is answered with 400',
    rfc: 'RFC 8656 s10.3',
    rules: [{ on: 'incoming', match: permission, do: { kind: 'answer', code: 400, reason: 'Bad Request' } }],
  },
  {
    id: 'permission-capacity',
    title: 'CreatePermission is answered with 508',
    rfc: 'RFC 8656 s10.2',
    rules: [
      {
        on: 'incoming',
        match: permission,
        do: { kind: 'answer', code: 508, reason: 'Insufficient Capacity' },
      },
    ],
  },
  {
    id: 'peer-family-mismatch',
    title: 'CreatePermission and ChannelBind are answered with 443',
    rfc: 'RFC 8656 s10.2',
    rules: [
      {
        on: 'incoming',
        match: { ...permission, method: ['create-permission', 'channel-bind'] },
        do: { kind: 'answer', code: 443, reason: 'Peer Address Family Mismatch' },
      },
    ],
  },
  {
    id: 'permission-unanswered',
    title: 'CreatePermission is never answered',
    rfc: 'RFC 8656 s10.1',
    rules: [{ on: 'incoming', match: permission, do: 'drop' }],
  },
  {
    id: 'permission-slow',
    title: 'CreatePermission is answered after five seconds',
    rfc: 'RFC 8489 s6.2.1',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success', method: 'create-permission' },
        do: { kind: 'delay', ms: 5000 },
      },
    ],
  },
  {
    id: 'permission-pretended',
    title: 'CreatePermission succeeds and does nothing: what the peer sends is dropped',
    rfc: 'RFC 8656 s10.2',
    rules: [{ on: 'incoming', match: permission, do: { kind: 'pretend' } }],
  },
  {
    id: 'permission-refused-later',
    title: 'Renewing the permission is answered with 403',
    rfc: 'RFC 8656 s10.3',
    rules: [
      {
        on: 'incoming',
        match: { ...permission, window: laterOn },
        do: { kind: 'answer', code: 403, reason: 'Forbidden' },
      },
    ],
  },
  {
    id: 'permission-expires-early',
    title: 'Two minutes after the allocation the permissions are gone: nothing is relayed any more',
    rfc: 'RFC 8656 s9',
    rules: [
      { on: 'incoming', match: { method: ['send', 'channel-data'], window: laterOn }, do: 'drop' },
      { on: 'outgoing', match: { method: ['data', 'channel-data'], window: laterOn }, do: 'drop' },
    ],
  },
  {
    id: 'channel-forbidden',
    title: 'ChannelBind is answered with 403',
    rfc: 'RFC 8656 s12.2',
    rules: [{ on: 'incoming', match: bind, do: { kind: 'answer', code: 403, reason: 'Forbidden' } }],
  },
  {
    id: 'channel-unanswered',
    title: 'ChannelBind is never answered',
    rfc: 'RFC 8656 s12.1',
    rules: [{ on: 'incoming', match: bind, do: 'drop' }],
  },
  {
    id: 'channel-lost-then-refused',
    title: 'The success of the first ChannelBind is lost, and asking again is answered with 400',
    rfc: 'RFC 8656 s12.2',
    rules: [
      { on: 'outgoing', match: { ...bound, nth: 1 }, do: 'drop' },
      {
        on: 'incoming',
        match: { ...bind, nth: { from: 2 } },
        do: { kind: 'answer', code: 400, reason: 'Bad Request' },
      },
    ],
  },
  {
    id: 'channel-slow',
    title: 'ChannelBind is answered after five seconds',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'outgoing', match: bound, do: { kind: 'delay', ms: 5000 } }],
  },
  {
    id: 'channel-pretended',
    title: 'ChannelBind succeeds and does nothing: ChannelData is dropped',
    rfc: 'RFC 8656 s12.6',
    rules: [{ on: 'incoming', match: bind, do: { kind: 'pretend' } }],
  },
  {
    id: 'channel-expires-early',
    title: 'Two minutes after the allocation ChannelData from the client is dropped',
    rfc: 'RFC 8656 s12',
    rules: [{ on: 'incoming', match: { method: 'channel-data', window: laterOn }, do: 'drop' }],
  },
  {
    id: 'channel-unbound',
    title: 'Every second ChannelData to the client has a number that was never bound',
    rfc: 'RFC 8656 s12.7',
    rules: [
      {
        on: 'outgoing',
        match: { method: 'channel-data', nth: { from: 1, every: 2 } },
        do: { kind: 'rechannel', channel: 0x4ffe },
      },
    ],
  },
  {
    id: 'data-instead-of-channel',
    title: 'Data come as Data indications although a channel is bound',
    rfc: 'RFC 8656 s12.7',
    rules: [{ on: 'outgoing', match: { method: 'channel-data' }, do: 'as-indication' }],
  },
  {
    id: 'icmp-port-unreachable',
    title: 'Every third packet comes back as an ICMP error (port unreachable)',
    rfc: 'RFC 8656 s11.5',
    rules: [
      {
        on: 'incoming',
        match: { method: ['send', 'channel-data'], nth: { from: 1, every: 3 } },
        do: { kind: 'icmp', type: 3, code: 3 },
      },
    ],
  },
  {
    id: 'wrong-peer',
    title: 'Data indications name a peer that nobody knows',
    rfc: 'RFC 8656 s11.4',
    rules: [
      {
        on: 'outgoing',
        match: { method: 'data' },
        do: { kind: 'edit', set: { 'XOR-PEER-ADDRESS': '198.51.100.99:9' } },
      },
    ],
  },
  {
    id: 'channel-unpadded',
    title: 'ChannelData over a stream is not padded',
    rfc: 'RFC 8656 s12.5',
    over: 'tcp',
    rules: [{ on: 'outgoing', match: { method: 'channel-data', transport: ['tcp', 'tls'] }, do: 'unpadded' }],
  },
  {
    id: 'channel-overlong',
    title: 'ChannelData claims four bytes more than it has',
    rfc: 'RFC 8656 s12.6',
    rules: [{ on: 'outgoing', match: { method: 'channel-data' }, do: 'overlong' }],
  },
];
