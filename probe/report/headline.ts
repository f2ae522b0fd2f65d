/** Which finding stands on top, in English for the report. A pure function of the verdicts. */
import type { Headline } from '../../contract/basics.ts';
import type { NatSummary, ServerResult, Verdict } from '../../contract/nat-report.ts';
import { headlineFacts } from './headline-facts.ts';
import { pathScope } from './path-scope.ts';
import { en } from './words/en.ts';
import type { HeadlineCode } from './words/headline-words.ts';

/** One line per failed server, with its own next step. */
function serverAdvice(servers: readonly ServerResult[]): string[] {
  const seen = new Set<string>();
  return servers.flatMap(({ url, failure }) => {
    if (failure === undefined || seen.has(url + failure.code)) return [];
    seen.add(url + failure.code);
    return [`${url}: ${failure.message} ${failure.next}`.slice(0, 500)];
  });
}

interface Found {
  readonly status: Headline['status'];
  readonly code: HeadlineCode;
}

function find(nat: NatSummary, servers: readonly ServerResult[], localAddress: string | null): Found {
  const turn = servers.filter((server) => /^turns?:/i.test(server.url));
  const relayWorks = turn.some((server) => server.status === 'ok');
  const relaysFail = !relayWorks && turn.some((server) => server.status === 'failed');
  if (servers.length > 0 && servers.every((s) => s.status !== 'ok') && nat.udp === 'inconclusive') {
    return { status: 'unknown', code: 'nothing-answered' };
  }
  if (nat.udp === 'blocked') {
    return relayWorks
      ? { status: 'limited', code: 'udp-blocked-relay-works' }
      : { status: 'bad', code: 'udp-blocked' };
  }
  if (nat.udp === 'inconclusive') return { status: 'unknown', code: 'udp-not-tested' };
  if (nat.mapping === 'inconclusive') return { status: 'unknown', code: 'mapping-inconclusive' };
  if (nat.mapping !== 'endpoint-independent') {
    return { status: relaysFail ? 'bad' : 'limited', code: 'dependent-mapping' };
  }
  if (pathScope(nat, localAddress) === 'machine') return { status: 'unknown', code: 'same-machine' };
  if (nat.filtering === 'inconclusive') return { status: 'good', code: 'filtering-inconclusive' };
  return relaysFail ? { status: 'limited', code: 'direct-only' } : { status: 'good', code: 'direct-works' };
}

export function natHeadline(
  nat: NatSummary,
  verdicts: readonly Verdict[],
  servers: readonly ServerResult[],
  localAddress: string | null,
): Headline {
  const { status, code } = find(nat, servers, localAddress);
  const facts = headlineFacts(code, nat, verdicts, servers, localAddress);
  const words = en.headline[code];
  const advice = [...words.advice(facts), ...serverAdvice(servers)].slice(0, 20);
  return { status, code, sentence: words.user(facts), advice };
}
