/** What went over the wire, packet by packet, as the evidence records it. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { changeOf, reflexiveOf } from '../nat/facts.ts';
import { isGatewayEvidence } from '../nat/gateway-facts.ts';
import { gatewayAnswerText, traceLines } from './explain-gateway.ts';
import type { PacketKind, PacketLine } from './packet-line.ts';

/** The part of a purpose behind the socket: `change-port`, `PP`, `relay/allocate`. */
export function testOf(evidence: Evidence): string {
  return evidence.purpose.split('/').slice(1).join('/');
}

const changes = {
  'change-both': 'Binding, answer from other IP and port',
  'change-port': 'Binding, answer from other port',
  'change-ip': 'Binding, answer from other IP',
} as const;

/** Requests of the TURN client; an ending such as `-auth` says why it was sent again. */
const turnRequests: readonly (readonly [string, string])[] = [
  ['relay/allocate', 'Allocate'],
  ['relay/release', 'Refresh, lifetime 0 (give back)'],
  ['relay/refresh', 'Refresh'],
  ['relay/permission', 'CreatePermission'],
  ['relay/channel', 'ChannelBind'],
];

function requestText(evidence: Evidence, named: string | null): string {
  if (named !== null) return named;
  const change = changeOf(evidence);
  if (change !== null) return changes[change];
  const test = testOf(evidence);
  for (const [prefix, name] of turnRequests) {
    if (!test.startsWith(prefix)) continue;
    const again = test.slice(prefix.length).replace(/^-/, '');
    if (again === '') return name;
    return again === 'auth' ? `${name} with credentials` : `${name} again (${again})`;
  }
  return 'Binding';
}

function answerText(evidence: Evidence): string {
  if (isGatewayEvidence(evidence)) return gatewayAnswerText(evidence);
  if (evidence.outcome === 'refused') return `refused with ${evidence.errorCode ?? 'an error'}`;
  const seen = reflexiveOf(evidence);
  const facts = [
    ...(evidence.relayed === null ? [] : [`relay ${formatEndpoint(evidence.relayed)}`]),
    ...(seen === null ? [] : [`public ${formatEndpoint(seen)}`]),
    ...(evidence.otherAddress === null ? [] : [`alternate ${formatEndpoint(evidence.otherAddress)}`]),
  ];
  return facts.length === 0 ? 'success' : facts.join(', ');
}

/** RFC 5780 §4: an answer from elsewhere is what a change test asks for, and a fault anywhere else. */
function wrongSource(evidence: Evidence, from: Endpoint): boolean {
  // A search goes to a group, and whoever is there answers.
  const mayDiffer = changeOf(evidence) !== null || evidence.purpose === 'gateway/upnp-search';
  return !mayDiffer && !sameEndpoint(from, evidence.to);
}

export interface PacketWords {
  /** Where the questions of one test leave from different ports. */
  readonly namesPort?: boolean;
  /** What the question asks, where its test has words of its own. */
  readonly request?: string | null;
}

/** All packets and marks of one question, in order of time. */
export function packetLines(
  evidence: Evidence,
  { namesPort = false, request: named = null }: PacketWords = {},
): PacketLine[] {
  if (evidence.hops !== undefined) return traceLines(evidence);
  const { id, sentMs, transport, outcome } = evidence;
  const to = formatEndpoint(evidence.to);
  const request = requestText(evidence, named);
  const port = namesPort && evidence.local !== null ? ` from port ${evidence.local.port}` : '';
  const over = `${transport === 'udp' ? '' : ` over ${transport.toUpperCase()}`}${port}`;
  const lines = sentMs.map((atMs, index): PacketLine => {
    const first = index === 0 || named === null ? `${request}${over}` : '';
    const copy = index === 0 ? '' : `copy ${index + 1}`;
    const seen = fateText(evidence, index);
    const text = [first, copy, seen].filter((part) => part !== '').join(', ');
    return { atMs, kind: 'out', evidence: id, peer: to, text };
  });
  const lastMs = sentMs.at(-1) ?? null;
  const mark = (kind: PacketKind, text: string, atMs = lastMs) =>
    lines.push({ atMs, kind, evidence: id, peer: null, text });
  switch (outcome) {
    case 'answered':
    case 'refused': {
      const from = evidence.from ?? evidence.to;
      const odd = wrongSource(evidence, from) ? ', from the wrong source' : '';
      const took = evidence.rttMs === null ? '' : `, ${evidence.rttMs.toFixed(1)} ms`;
      lines.push({
        atMs: evidence.receivedMs,
        kind: 'in',
        evidence: id,
        peer: formatEndpoint(from),
        text: `${answerText(evidence)}${odd}${took}`,
      });
      break;
    }
    case 'silent':
      mark('silence', `no answer to ${copies(sentMs.length)}`);
      break;
    case 'failed':
      mark('broken', 'the link failed');
      break;
    case 'pending':
      mark('open', 'the run ended before an answer or a silence that counts');
      break;
  }
  const noteMs = evidence.receivedMs ?? lastMs;
  for (const note of evidence.notes) mark('note', note, noteMs);
  return lines;
}

/** What the server’s witness says of one copy, where that is not plain from the answer that came. */
function fateText({ witnessed, outcome }: Evidence, index: number): string {
  const seen = witnessed?.[index];
  if (seen === undefined || seen.fate === 'pending') return '';
  if (seen.fate === 'lost') return 'never arrived';
  if (seen.fate === 'unanswered') return 'arrived, no answer left';
  if (outcome !== 'silent') return '';
  if (seen.fate === 'unknown' || seen.answeredFrom === null) return 'arrived';
  return `arrived, answer left from ${formatEndpoint(seen.answeredFrom)}`;
}

export function copies(count: number): string {
  return count === 1 ? '1 copy' : `${count} copies`;
}
