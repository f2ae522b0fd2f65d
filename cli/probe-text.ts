/** A NAT report for people: the verdict first, the evidence in the middle, the advice last. */
import type { NatReport } from '../contract/envelope.ts';
import type { NatReportBody, NatSummary, ServerResult } from '../contract/nat-report.ts';
import { localizedHeadline } from '../probe/report/localized-headline.ts';
import { localizedReach } from '../probe/report/localized-reach.ts';
import { describeVerdict } from '../probe/report/words/describe-verdict.ts';
import type { Language } from '../probe/report/words/languages.ts';
import { pairWordsOf } from '../probe/report/words/pairs/pair-languages.ts';
import { reachWordsOf } from '../probe/report/words/reach/reach-languages.ts';
import { marks, type Paint } from './style.ts';
import { renderTable } from './table.ts';
import { verdictText } from './verdict-text.ts';
import { wrap } from './wrap.ts';

const ms = (value: number | null) =>
  value === null ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function percent(confidence: number): string {
  return confidence === 0 ? '–' : `${Math.floor(confidence * 100)} %`;
}

const labels: readonly (readonly [string, string])[] = [
  ['mapping', 'mapping'],
  ['filtering', 'filtering'],
  ['behindNat', 'behind a NAT'],
  ['udp', 'UDP'],
  ['legacy', 'RFC 3489 name'],
  ['portAllocation', 'port allocation'],
  ['portPrediction', 'next port guessed'],
  ['ipPooling', 'IP pooling'],
  ['natLevels', 'NAT levels'],
  ['carrierNat', 'carrier’s NAT'],
  ['portMapping', 'port mapping'],
  ['alg', 'ALG rewriting'],
  ['hairpin', 'hairpinning'],
  ['bindingLifetimeSec', 'binding lifetime'],
  ['witness', 'seen by the server'],
  ['answersOver', 'answers over'],
  ['filterScope', 'filter per'],
  ['serverFault', 'RFC 5780 server'],
  ['inboundRefresh', 'inbound refresh'],
  ['tcpMapping', 'TCP mapping'],
  ['tcpFiltering', 'TCP filtering'],
  ['pathMtu', 'path MTU'],
  ['fragmentsUp', 'fragments, sent'],
  ['fragmentsDown', 'fragments, received'],
  ['ipv6Udp', 'UDP over IPv6'],
  ['ipv6Translated', 'IPv6 translated'],
  ['ipv6Filtering', 'IPv6 filtering'],
  ['nat64', 'NAT64'],
  ['clat', '464XLAT'],
  ['vpn', 'VPN'],
  ['httpProxy', 'HTTP proxy'],
  ['captivePortal', 'captive portal'],
];
/** Measured on demand: without evidence nobody asked. */
const onDemand = new Set(['hairpin', 'bindingLifetimeSec', 'answersOver', 'filterScope']);

/** Behind an endpoint-independent mapping the port that is known is the one that counts. */
function isIdle(name: string, { nat }: NatReportBody): boolean {
  return name === 'portPrediction' && nat.mapping === 'endpoint-independent';
}

function natSection(body: NatReportBody, width: number, paint: Paint, language: Language): string {
  const rows = labels.flatMap(([name, label]) => {
    const verdict = body.verdicts.find((v) => v.name === name);
    if (verdict === undefined || isIdle(name, body)) return [];
    if (onDemand.has(name) && verdict.evidence.length === 0) return [];
    const possible = verdict.possible ? ` Possible: ${verdict.possible.join(', ')}.` : '';
    const value = verdictText(verdict);
    const shown = value === 'inconclusive' ? paint('unknown', value) : paint('bold', value);
    // Reasons are English; who reads another language is better served by what they mean.
    const meaning = language === 'en' ? undefined : describeVerdict(verdict, language)?.user;
    const why = meaning ?? `${verdict.reason}.${possible}`;
    return [[label, shown, percent(verdict.confidence), paint('dim', why)]];
  });
  // Label, value and confidence are about 55 columns; the reason takes what is left, or a line of its own.
  const reasonWidth = width - 60;
  if (reasonWidth >= 36) return renderTable({ rows, right: [2], lastWidth: reasonWidth });
  const short = renderTable({ rows: rows.map((row) => row.slice(0, 3)), right: [2] }).split('\n');
  return rows
    .flatMap((row, index) => [
      short[index] ?? '',
      ...wrap(row[3] ?? '', width - 6).map((line) => `      ${line}`),
    ])
    .join('\n');
}

/** Who is to blame, beside the code: the first thing that people ask. */
function blameOf({ failure }: ServerResult): string {
  return failure === undefined ? '' : ` (${failure.blame})`;
}

function serverSection(body: NatReportBody, width: number, paint: Paint): string {
  const rows = body.servers.map((server) => [
    server.url,
    server.transport,
    server.address ?? '–',
    server.status === 'ok'
      ? paint('good', '✔ ok')
      : paint('bad', `✖ ${server.failure?.code ?? server.status}${blameOf(server)}`),
    ms(server.rttMs),
    ms(server.setupMs),
    server.rfc5780 === null ? '–' : server.rfc5780 ? 'yes' : 'no',
  ]);
  const head = ['server', 'over', 'address', 'result', 'RTT', 'set-up', 'RFC 5780'];
  return renderTable({ head: head.map((h) => paint('dim', h)), rows, right: [4, 5], width });
}

function candidateSection(body: NatReportBody, width: number, paint: Paint): string {
  const rows = body.candidates.map((candidate) => [
    candidate.type,
    candidate.relayProtocol === null
      ? candidate.protocol
      : `${candidate.protocol} via ${candidate.relayProtocol}`,
    candidate.address?.includes(':')
      ? `[${candidate.address}]:${candidate.port}`
      : `${candidate.address}:${candidate.port}`,
    ms(candidate.gatheredMs),
    candidate.url ?? '',
  ]);
  const head = ['candidate', 'transport', 'address', 'after', 'from'];
  return renderTable({ head: head.map((h) => paint('dim', h)), rows, right: [3], width, names: 3 });
}

const outcomeStyle = {
  direct: 'good',
  relay: 'limited',
  depends: 'unknown',
  fail: 'bad',
  unknown: 'unknown',
} as const;

function reachSection(body: NatReportBody, width: number, paint: Paint, language: Language): string {
  const { outcomes } = pairWordsOf[language].labels;
  const rows = localizedReach(body, language).map(({ peerLabel, outcome, reason }) => [
    peerLabel,
    paint(outcomeStyle[outcome], outcomes[outcome]),
    paint('dim', reason),
  ]);
  const reasonWidth = width - 56;
  return renderTable(
    reasonWidth >= 30 ? { rows, lastWidth: reasonWidth } : { rows: rows.map((row) => row.slice(0, 2)) },
  );
}

function publicLine(nat: NatSummary): string {
  const addresses = new Set(nat.publicEndpoints.map((endpoint) => endpoint.replace(/:\d+$/, '')));
  if (addresses.size === 0) return 'not known';
  const shown = nat.publicEndpoints.slice(0, 3).join(', ');
  const more = nat.publicEndpoints.length - 3;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

export function natReportText(
  report: NatReport,
  width: number,
  paint: Paint,
  language: Language = 'en',
): string {
  const { body } = report;
  const { headline, run } = body;
  const { sentence, advice: next, admin, titles } = localizedHeadline(body, language);
  const verdict = wrap(`${marks[headline.status]} ${sentence}`, width);
  const section = (title: string, text: string) => ['', paint('bold', title), text];
  const numbered = (texts: readonly string[]) =>
    texts.flatMap((text, index) =>
      wrap(text, width - 5).map((line, n) => (n === 0 ? `  ${index + 1}. ${line}` : `     ${line}`)),
    );
  const verdictMs = run.natVerdictMs === null ? '' : `NAT verdict after ${ms(run.natVerdictMs)}, `;
  const headlineMs = run.headlineMs == null ? '' : `finding after ${ms(run.headlineMs)}, `;
  const local = run.localAddress === null ? '' : ` from ${run.localAddress}`;
  const footer = `${verdictMs}${headlineMs}all after ${ms(run.durationMs)}; ${run.packetsSent} packets sent, ${run.packetsReceived} answers${local}. polynya ${report.tool.version}`;
  return [
    ...verdict.map((line) => paint(headline.status, line)),
    ...section('NAT behaviour', natSection(body, width, paint, language)),
    `  public endpoint${body.nat.publicEndpoints.length === 1 ? '' : 's'}: ${publicLine(body.nat)}`,
    ...section('Servers', serverSection(body, width, paint)),
    ...(body.candidates.length > 0 ? section('Candidates', candidateSection(body, width, paint)) : []),
    ...(body.reach.length > 0
      ? section(reachWordsOf[language].title, reachSection(body, width, paint, language))
      : []),
    ...(next.length > 0 ? ['', paint('bold', titles.next), ...numbered(next)] : []),
    ...(admin.length > 0 ? ['', paint('bold', titles.admin), ...numbered(admin)] : []),
    '',
    ...wrap(footer, width).map((line) => paint('dim', line)),
    '',
  ].join('\n');
}
