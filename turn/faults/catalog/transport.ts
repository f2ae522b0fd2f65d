import type { CatalogFault } from '../catalog-fault.ts';

const answers = ['success', 'error'] as const;
const odd = { from: 1, every: 2 };
const afterHalfAMinute = { fromSec: 30, since: 'allocation' } as const;

export const transportFaults: readonly CatalogFault[] = [
  {
    id: 'requests-lost',
    title: 'Every second request is lost',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'incoming', match: { class: 'request', nth: odd }, do: 'drop' }],
  },
  {
    id: 'answers-lost',
    title: 'Every second answer is lost; the request was carried out',
    rfc: 'RFC 8489 s6.3.1',
    rules: [{ on: 'outgoing', match: { class: [...answers], nth: odd }, do: 'drop' }],
  },
  {
    id: 'answers-late',
    title: 'Answers take 700 ms: longer than the first retransmission waits',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'outgoing', match: { class: [...answers] }, do: { kind: 'delay', ms: 700 } }],
  },
  {
    id: 'jitter',
    title: 'Everything takes 40–160 ms more each way, so it arrives out of order',
    rfc: null,
    rules: [
      { on: 'incoming', do: { kind: 'delay', ms: 40, jitterMs: 120 } },
      { on: 'outgoing', do: { kind: 'delay', ms: 40, jitterMs: 120 } },
    ],
  },
  {
    id: 'reordered',
    title: 'Every third packet to the client is overtaken by the next',
    rfc: null,
    rules: [
      {
        on: 'outgoing',
        match: { nth: { from: 1, every: 3 } },
        do: { kind: 'overtaken', by: 1, atMostMs: 300 },
      },
    ],
  },
  {
    id: 'answers-twice',
    title: 'Every packet to the client arrives twice',
    rfc: 'RFC 8489 s6.3.3',
    rules: [{ on: 'outgoing', do: { kind: 'duplicate', gapMs: 20 } }],
  },
  {
    id: 'requests-twice',
    title: 'Every packet from the client arrives twice',
    rfc: 'RFC 8656 s7.2',
    rules: [{ on: 'incoming', do: { kind: 'duplicate', gapMs: 20 } }],
  },
  {
    id: 'answers-corrupted',
    title: 'One bit of every second answer is flipped',
    rfc: 'RFC 8489 s9.2.5',
    rules: [{ on: 'outgoing', match: { class: [...answers], nth: odd }, do: { kind: 'corrupt' } }],
  },
  {
    id: 'answers-truncated',
    title: 'Every second answer ends after 30 bytes',
    rfc: 'RFC 8489 s6.3',
    rules: [
      { on: 'outgoing', match: { class: [...answers], nth: odd }, do: { kind: 'truncate', toBytes: 30 } },
    ],
  },
  {
    id: 'black-hole',
    title: 'Half a minute after the allocation everything is silent for good',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'incoming', match: { window: afterHalfAMinute }, do: { kind: 'silence' } }],
  },
  {
    id: 'outages',
    title: 'Three seconds of silence every half minute',
    rfc: null,
    rules: [
      { on: 'incoming', match: { window: { fromSec: 20, everySec: 30, forSec: 3 } }, do: 'drop' },
      { on: 'outgoing', match: { window: { fromSec: 20, everySec: 30, forSec: 3 } }, do: 'drop' },
    ],
  },
  {
    id: 'answers-from-elsewhere',
    title: 'Answers to Allocate come from another port of the server',
    rfc: 'RFC 8489 s6.3.3',
    rules: [
      { on: 'outgoing', match: { method: ['allocate', 'binding'], transport: 'udp' }, do: 'elsewhere' },
    ],
  },
  {
    id: 'udp-blocked',
    title: 'UDP does not arrive; streams do',
    rfc: null,
    rules: [{ on: 'incoming', match: { transport: 'udp' }, do: 'drop' }],
  },
  {
    id: 'answers-blocked',
    title: 'Requests arrive, answers do not',
    rfc: 'RFC 8489 s6.2.1',
    rules: [{ on: 'outgoing', match: { transport: 'udp' }, do: 'drop' }],
  },
  {
    id: 'mtu-black-hole',
    title: 'Packets of more than 1200 bytes vanish without a word',
    rfc: 'RFC 4821 s1',
    rules: [
      { on: 'incoming', match: { longerThan: 1200 }, do: 'drop' },
      { on: 'outgoing', match: { longerThan: 1200 }, do: 'drop' },
    ],
  },
  {
    id: 'stream-byte-by-byte',
    title: 'Each answer comes in pieces of one byte',
    rfc: 'RFC 8489 s6.2.2',
    over: 'tcp',
    rules: [
      {
        on: 'outgoing',
        match: { transport: ['tcp', 'tls'], class: [...answers] },
        do: { kind: 'split', bytes: 1 },
      },
    ],
  },
  {
    id: 'stream-coalesced',
    title: 'What goes to the client is gathered for 50 ms and comes in one piece',
    rfc: 'RFC 8489 s6.2.2',
    over: 'tcp',
    rules: [{ on: 'outgoing', match: { transport: ['tcp', 'tls'] }, do: { kind: 'coalesce', ms: 50 } }],
  },
  {
    id: 'stream-cut',
    title: 'The stream is reset in the middle of the answer to the first Allocate with a login',
    rfc: 'RFC 8489 s6.2.2',
    over: 'tcp',
    rules: [
      {
        on: 'outgoing',
        match: { method: 'allocate', class: 'success' },
        do: { kind: 'cut', afterBytes: 10, reset: true },
      },
    ],
  },
  {
    id: 'stream-reset',
    title: 'Half a minute after the allocation the stream is reset',
    rfc: 'RFC 8656 s3.2',
    over: 'tcp',
    rules: [
      {
        on: 'incoming',
        match: { transport: ['tcp', 'tls'], window: afterHalfAMinute },
        do: { kind: 'close', reset: true },
      },
    ],
  },
  {
    id: 'stream-ended',
    title: 'Half a minute after the allocation the server ends the stream',
    rfc: 'RFC 8656 s3.2',
    over: 'tcp',
    rules: [
      {
        on: 'incoming',
        match: { transport: ['tcp', 'tls'], window: afterHalfAMinute },
        do: { kind: 'close' },
      },
    ],
  },
  {
    id: 'stream-stalled',
    title: 'Half a minute after the allocation nothing is read from the stream any more and nothing written',
    rfc: null,
    over: 'tcp',
    rules: [
      {
        on: 'incoming',
        match: { transport: ['tcp', 'tls'], window: afterHalfAMinute },
        do: { kind: 'silence' },
      },
    ],
  },
  {
    id: 'stream-refused',
    title: 'Every TCP connection is accepted and reset',
    rfc: null,
    over: 'tcp',
    rules: [{ on: 'connect', match: { transport: 'tcp' }, do: { kind: 'close', reset: true } }],
  },
  {
    id: 'stream-silent',
    title: 'Connections are accepted, and nothing is ever answered',
    rfc: 'RFC 8489 s6.2.2',
    over: 'tcp',
    rules: [{ on: 'connect', match: { transport: ['tcp', 'tls'] }, do: { kind: 'silence' } }],
  },
  {
    id: 'proxy-header',
    title: 'A load balancer’s PROXY header comes before the first answer',
    rfc: null,
    over: 'tcp',
    rules: [
      {
        on: 'connect',
        match: { transport: ['tcp', 'tls'] },
        do: { kind: 'raw', text: 'PROXY TCP4 198.51.100.7 198.51.100.8 40000 3478\r\n' },
      },
    ],
  },
  {
    id: 'captive-portal',
    title: 'Every request over TCP is answered with an HTTP redirect',
    rfc: null,
    over: 'tcp',
    rules: [
      {
        on: 'incoming',
        match: { transport: 'tcp' },
        do: [
          {
            kind: 'raw',
            text: 'HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nConnection: close\r\n\r\n',
          },
          { kind: 'close' },
        ],
      },
    ],
  },
];
