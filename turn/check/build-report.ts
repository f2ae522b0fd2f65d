/** From findings to the body of a turn-report. */
import type { Evidence } from '../../contract/evidence.ts';
import { failure } from '../../contract/failures.ts';
import {
  checkSeverities,
  checkStatuses,
  type TurnCheck,
  type TurnReportBody,
} from '../../contract/turn-report.ts';
import { linkFailure, printable } from '../client/allocation-failure.ts';
import { catalog, isSelected, type Selection } from './catalog.ts';
import { type Check, groups } from './check.ts';
import { fixFor } from './fix.ts';
import { type Identified, identify } from './identify.ts';
import type { Finding } from './lane.ts';
import type { Site } from './site.ts';
import { skipped } from './verdict.ts';

export interface RunRecord {
  readonly site: Site;
  readonly selection: Selection;
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
  readonly packets: TurnReportBody['packets'];
  readonly durationMs: number;
  readonly stopped: boolean;
}

export function buildBody(record: RunRecord): TurnReportBody {
  const { site, findings, evidence, packets, durationMs } = record;
  const { knowledge } = site;
  const server = identify(knowledge);
  const done = new Map(findings.map((finding) => [finding.check.id, finding]));
  const wanted = catalog.filter(({ id }) => isWanted(record, id));
  const checks = wanted
    .map((check) =>
      toCheck(
        done.get(check.id) ?? { check, verdict: whyNot(record, check), evidence: [] },
        server,
        knowledge.answered,
      ),
    )
    .sort(worstFirst);
  return {
    target: { uri: site.uri, endpoint: site.server, transport: site.transport },
    server: {
      family: server.family,
      software: knowledge.software === null ? null : printable(knowledge.software),
      version:
        server.version === null
          ? null
          : {
              atLeast: server.version.atLeast?.text ?? null,
              before: server.version.before?.text ?? null,
            },
      reasons: server.reasons.map((reason) => reason.slice(0, 300)),
      advisories: server.advisories,
    },
    unreachable: knowledge.answered ? null : unreachable(site),
    checks,
    counts: countByStatus(checks),
    explained: explain(site),
    packets,
    durationMs,
    evidence: [...evidence],
  };
}

function isWanted({ selection: { only } }: RunRecord, id: string): boolean {
  return only === null || only.some((name) => name === id || name === id.slice(0, 1));
}

function whyNot({ selection, site, stopped }: RunRecord, check: Check) {
  const { risk = 'basic' } = check;
  if (!selection.risks.has(risk)) return skipped(`runs with --${risk} only`);
  if (!isSelected(check, selection)) return skipped('means something over UDP only');
  if (!site.knowledge.answered) return skipped('the server does not answer');
  if (site.knowledge.gone) return skipped('the server answers no more: see A04');
  return skipped(stopped ? 'the run was stopped before' : 'not reached');
}

function toCheck(
  { check, verdict, evidence }: Omit<Finding, 'broke'>,
  server: Identified,
  answered: boolean,
): TurnCheck {
  const { id, title, severity, rfc, sent, expected, fix } = check;
  const isFault = verdict.status === 'failed' || verdict.status === 'warned';
  return {
    id,
    group: groups[id.slice(0, 1)] ?? id,
    title,
    status: verdict.status,
    severity: verdict.severity ?? severity,
    rfc,
    sent,
    expected,
    observed: verdict.observed.slice(0, 1000),
    fix: isFault ? (verdict.fix ?? (fix === null ? null : fixFor(fix, server, answered))) : null,
    evidence: evidence.slice(0, 400),
  };
}

function worstFirst(a: TurnCheck, b: TurnCheck): number {
  return (
    checkStatuses.indexOf(a.status) - checkStatuses.indexOf(b.status) ||
    checkSeverities.indexOf(a.severity) - checkSeverities.indexOf(b.severity) ||
    a.id.localeCompare(b.id)
  );
}

function countByStatus(checks: readonly TurnCheck[]): TurnReportBody['counts'] {
  const counts = { failed: 0, warned: 0, skipped: 0, passed: 0 };
  for (const { status } of checks) counts[status] += 1;
  return counts;
}

function unreachable(site: Site): TurnReportBody['unreachable'] {
  const { linkError } = site.knowledge;
  if (linkError === null) return failure('timeout');
  const { code, detail } = linkFailure(linkError);
  return failure(code, detail);
}

/** What operators take for errors when they read the server's log after a run. */
function explain({ knowledge }: Site): string[] {
  const { challenges, staleNonces, quotaWaits } = knowledge;
  const lines: string[] = [];
  if (challenges > 0) {
    lines.push(
      `The log shows 401 for the first request of each session (${challenges} in this run). That is how a server hands out realm and nonce (RFC 8489 §9.2), and no fault.`,
    );
  }
  if (staleNonces > 0) {
    lines.push(
      `The log shows 438 (${staleNonces} in this run): a nonce was old or forged on purpose, and a new one came with the answer. Clients repeat the request; no fault either.`,
    );
  }
  if (quotaWaits > 0) {
    lines.push(
      `The user’s quota was full ${quotaWaits} times (486); the run waited for its own allocations to end.`,
    );
  }
  return lines;
}
