import type { NatReportBody, NatSummary, ServerResult, Verdict } from '../../contract/nat-report.ts';
import { pathScope } from './path-scope.ts';
import type { HeadlineCode, HeadlineFacts } from './words/headline-words.ts';

/** Whose reason a sentence quotes. */
const reasonOf: Partial<Record<HeadlineCode, string>> = {
  'udp-not-tested': 'udp',
  'mapping-inconclusive': 'mapping',
  'filtering-inconclusive': 'filtering',
};

export function headlineFacts(
  code: HeadlineCode,
  nat: NatSummary,
  verdicts: readonly Verdict[],
  servers: readonly ServerResult[],
  localAddress: string | null,
): HeadlineFacts {
  const turn = servers.filter((server) => /^turns?:/i.test(server.url));
  const working = turn.filter((server) => server.status === 'ok');
  const quoted = reasonOf[code];
  return {
    network: nat.legacy,
    onSite: pathScope(nat, localAddress) === 'site',
    relay: working.length > 0 ? 'works' : turn.some((s) => s.status === 'failed') ? 'fails' : 'none',
    relayTransports: [...new Set(working.map((server) => server.transport.toUpperCase()))].join(', '),
    reason: verdicts.find((verdict) => verdict.name === quoted)?.reason ?? '',
  };
}

/** The same from a stored report. */
export function storedHeadlineFacts(code: HeadlineCode, body: NatReportBody): HeadlineFacts {
  return headlineFacts(code, body.nat, body.verdicts, body.servers, body.run.localAddress);
}
