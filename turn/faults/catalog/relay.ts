import type { CatalogFault } from '../catalog-fault.ts';

const toPeer = ['send', 'channel-data'] as const;
const toClient = ['data', 'channel-data'] as const;

export const relayFaults: readonly CatalogFault[] = [
  {
    id: 'lossy-relay',
    title: 'Three of a hundred packets are lost in each direction, requests included',
    rfc: null,
    rules: [
      { on: 'incoming', match: { transport: 'udp', chance: 0.03 }, do: 'drop' },
      { on: 'outgoing', match: { transport: 'udp', chance: 0.03 }, do: 'drop' },
    ],
  },
  {
    id: 'loss-to-peer',
    title: 'A fifth of the data to peers is lost',
    rfc: null,
    rules: [{ on: 'incoming', match: { method: [...toPeer], chance: 0.2 }, do: 'drop' }],
  },
  {
    id: 'loss-to-client',
    title: 'A fifth of the data to the client is lost',
    rfc: null,
    rules: [{ on: 'outgoing', match: { method: [...toClient], chance: 0.2 }, do: 'drop' }],
  },
  {
    id: 'bursts-of-loss',
    title: 'All data of one second in ten are lost',
    rfc: null,
    rules: [
      { on: 'outgoing', match: { method: [...toClient], window: { everySec: 10, forSec: 1 } }, do: 'drop' },
    ],
  },
  {
    id: 'bandwidth-cap',
    title: 'Data to the client beyond 1000 bytes a second are dropped, as max-bps does it',
    rfc: null,
    rules: [
      { on: 'outgoing', match: { method: [...toClient] }, do: { kind: 'throttle', bytesPerSecond: 1000 } },
    ],
  },
  {
    id: 'bufferbloat',
    title: 'Data to the client queue up for two seconds behind a line of 8 kB a second',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: { method: [...toClient] },
        do: { kind: 'throttle', bytesPerSecond: 8000, queueMs: 2000 },
      },
    ],
  },
  {
    id: 'data-late',
    title: 'Data to the client take two seconds more',
    rfc: null,
    rules: [{ on: 'outgoing', match: { method: [...toClient] }, do: { kind: 'delay', ms: 2000 } }],
  },
  {
    id: 'data-twice',
    title: 'Data to the client arrive three times',
    rfc: null,
    rules: [{ on: 'outgoing', match: { method: [...toClient] }, do: { kind: 'duplicate', copies: 2 } }],
  },
  {
    id: 'payload-corrupted',
    title: 'One bit of every fourth payload is flipped; the message around it is right',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: { method: [...toClient], nth: { from: 1, every: 4 } },
        do: { kind: 'corrupt', where: 'payload' },
      },
    ],
  },
  {
    id: 'data-truncated',
    title: 'Every fourth message with data ends after 12 bytes',
    rfc: 'RFC 8656 s12.6',
    rules: [
      {
        on: 'outgoing',
        match: { method: [...toClient], nth: { from: 1, every: 4 } },
        do: { kind: 'truncate', toBytes: 12 },
      },
    ],
  },
  {
    id: 'no-hairpin',
    title: 'Two clients of this server do not reach each other through their relayed addresses',
    rfc: null,
    rules: [{ on: 'incoming', match: { method: [...toPeer], peer: 'own-relay' }, do: 'drop' }],
  },
];
