import type { CatalogFault } from '../catalog-fault.ts';

export const lifecycleFaults: readonly CatalogFault[] = [
  {
    id: 'restart',
    title:
      'A minute after the start the server is started anew: allocations and nonces are gone, streams closed',
    rfc: 'RFC 8656 s8.3',
    rules: [{ on: 'time', match: { window: { fromSec: 60 } }, do: { kind: 'restart' } }],
  },
  {
    id: 'failover',
    title: 'A minute after the start another host takes over: nothing is known, open streams are dead',
    rfc: null,
    over: 'tcp',
    rules: [
      { on: 'time', match: { window: { fromSec: 60 } }, do: { kind: 'restart', streams: 'forgotten' } },
    ],
  },
  {
    id: 'restarts-every-five-minutes',
    title: 'The server is started anew every five minutes',
    rfc: 'RFC 8656 s8.3',
    rules: [{ on: 'time', match: { window: { fromSec: 300, everySec: 300 } }, do: { kind: 'restart' } }],
  },
  {
    id: 'draining',
    title: 'The server takes no new allocations',
    rfc: 'RFC 8656 s7.2',
    rules: [{ on: 'time', do: 'drain' }],
  },
  {
    id: 'pauses',
    title: 'Whatever arrives in one second of ten waits a second, as in a long garbage collection',
    rfc: null,
    rules: [
      { on: 'incoming', match: { window: { everySec: 10, forSec: 1 } }, do: { kind: 'delay', ms: 1000 } },
    ],
  },
  {
    id: 'slow-start',
    title: 'In the first ten seconds of a client answers take three seconds',
    rfc: 'RFC 8489 s6.2.1',
    rules: [
      {
        on: 'outgoing',
        match: { class: ['success', 'error'], window: { untilSec: 10, since: 'client' } },
        do: { kind: 'delay', ms: 3000 },
      },
    ],
  },
  {
    id: 'connection-limit',
    title: 'The first connection is closed at once, the next is served',
    rfc: null,
    over: 'tcp',
    rules: [{ on: 'connect', match: { transport: ['tcp', 'tls'], nth: 1 }, do: { kind: 'close' } }],
  },
  {
    id: 'overloaded',
    title: 'Half of all requests are lost and the others answered after a second',
    rfc: 'RFC 8489 s6.2.1',
    rules: [
      { on: 'incoming', match: { class: 'request', chance: 0.5 }, do: 'drop' },
      { on: 'outgoing', match: { class: ['success', 'error'] }, do: { kind: 'delay', ms: 1000 } },
    ],
  },
  {
    id: 'rate-limited',
    title: 'From its sixth request on a client is not answered any more',
    rfc: null,
    rules: [{ on: 'incoming', match: { class: 'request', nth: { from: 6 } }, do: 'drop' }],
  },
  {
    id: 'redirected-once',
    title: 'The first Allocate is answered with 300 to a dead host, the next is served',
    rfc: 'RFC 8489 s10',
    rules: [
      {
        on: 'incoming',
        match: { class: 'request', method: 'allocate', has: 'NONCE', nth: 1 },
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
    id: 'clock-fast',
    title: 'The server’s clock is a day ahead: time-limited credentials have run out',
    rfc: 'draft-uberti-behave-turn-rest-00 s2.2',
    rules: [{ on: 'time', do: { kind: 'clock', skewSec: 86_400 } }],
  },
  {
    id: 'mobility-garbage',
    title: 'The allocation comes with a mobility ticket that nobody asked for',
    rfc: 'RFC 8016 s3.1',
    rules: [
      {
        on: 'outgoing',
        match: { class: 'success', method: 'allocate' },
        do: { kind: 'edit', add: { 'MOBILITY-TICKET': 'c0ffee00c0ffee00' } },
      },
    ],
  },
];
