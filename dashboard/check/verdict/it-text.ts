/** What the visitor can hand to the IT department: what was found, what the network must let through. Pure. */
import type { ServerPlace } from '../ice-server-urls.ts';
import { literalFamily } from '../relay/plan-tries.ts';
import type { Words } from '../words/en.ts';
import type { CheckFacts } from './check-facts.ts';
import type { Verdict } from './judge.ts';
import { putIntoWords } from './put-into-words.ts';

export interface ItContext {
  /** Address of the page, without its path: that may hold a link token. */
  readonly origin: string;
  readonly at: string;
  readonly userAgent: string;
  readonly publicAddresses: readonly string[];
}

export function itText(verdict: Verdict, facts: CheckFacts, context: ItContext, words: Words): string {
  const it = words.report.it;
  const changes = verdict.causes.flatMap(({ id }) => words.causes[id].it ?? []);
  const none = facts.service === 'reached' && facts.online ? it.nothing : it.cannotSay;
  const { publicAddresses: seen } = context;
  const lines = [
    it.heading(context.origin),
    it.at(context.at),
    ...(seen.length === 0 ? [] : [it.from(seen.join(', '))]),
    it.browser(context.userAgent),
    it.result(putIntoWords({ ...verdict, status: 'good' }, words).sentence),
    '',
    ...(verdict.causes.length === 0
      ? []
      : [it.causes, ...verdict.causes.map(({ id }) => `- ${words.causes[id].what}`), '']),
    it.needed,
    siteLine(context.origin, facts, words),
    ...facts.servers.map((server) => serverLine(server, facts, words)),
    '',
    ...(changes.length === 0 ? [none] : [it.change, ...changes.map((change) => `- ${change}`)]),
  ];
  return `${lines.join('\n')}\n`;
}

function siteLine(origin: string, facts: CheckFacts, words: Words): string {
  const { hostname, port, protocol } = new URL(origin);
  const it = words.report.it;
  const works = facts.service === 'reached' && facts.signalFailure === null && facts.online;
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return `- ${it.site(hostname, number)}: ${works ? it.works : it.refused}`;
}

function serverLine(server: ServerPlace, facts: CheckFacts, words: Words): string {
  const it = words.report.it;
  const { host, port, transport, url } = server;
  const known = literalFamily(host) === null ? (facts.addresses[host] ?? []) : [];
  const where = known.length === 0 ? host : `${host} (${known.join(', ')})`;
  const protocol = { udp: 'UDP', tcp: 'TCP', tls: 'TCP (TLS)' }[transport];
  return `- ${it.server(protocol, port, where)}: ${resultOf(url, facts, words)}`;
}

function resultOf(url: string, facts: CheckFacts, words: Words): string {
  const it = words.report.it;
  const rows = facts.relays.filter((row) => row.url === url);
  const stun = facts.stun.find((result) => result.url === url);
  if (rows.some(({ outcome }) => outcome === 'ok') || stun?.status === 'ok') return it.works;
  const failure = rows.map((row) => row.failure).find((found) => found !== undefined) ?? stun?.failure;
  if (failure === undefined) return it.unknown;
  return failure.code === 'timeout' ? it.silent : `${it.refused}: ${words.failure(failure).meaning}`;
}
