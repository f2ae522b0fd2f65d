/** Envelope → what lists and statistics need of it. Pure: the same report always gives the same row. */
import { type Path, type Rung, rungs, type Transport } from '../../contract/basics.ts';
import type { CheckCauseId } from '../../contract/check-causes.ts';
import type { Envelope } from '../../contract/envelope.ts';
import { type Blame, type FailureCode, failure } from '../../contract/failures.ts';
import { headlineOf } from '../../contract/headline-of.ts';
import type { LabReportBody } from '../../contract/lab-report.ts';
import type { NatSummary, ServerResult } from '../../contract/nat-report.ts';
import type { RunSummary } from '../../contract/runs.ts';
import { turnTally } from '../../contract/turn-tally.ts';
import type { Attempt, RelayTry } from '../../contract/visit-report.ts';
import { browserLabel } from './source-label.ts';
import { earlierUtc, toUtc } from './utc.ts';

/** One attempt as the statistics count it. */
export interface AttemptRow {
  readonly path: Path;
  readonly transport: Transport | null;
  readonly rung: Rung;
  readonly succeeded: boolean;
  readonly setupMs: number | null;
  /** Whose fault; null when it succeeded or nobody was named. `tool` is counted apart. */
  readonly blame: Blame | null;
  readonly cause: FailureCode | null;
}

/** What one server URL did, as the statistics count it. */
export interface ServerRow {
  readonly url: string;
  readonly transport: Transport;
  readonly succeeded: boolean;
  readonly blame: Blame | null;
  readonly cause: FailureCode | null;
}

export interface Digested {
  readonly summary: RunSummary;
  readonly attempts: readonly AttemptRow[];
  readonly servers: readonly ServerRow[];
  /** What the visitor was told, each once. */
  readonly causes: readonly CheckCauseId[];
  /** Bucket time: the run’s own clock, but never later than the moment of storing. UTC. */
  readonly countedAt: string;
}

/**
 * @param id the run’s id in the store
 * @param visitCode a visit’s short code
 */
export function digestReport(
  envelope: Envelope,
  id: string,
  storedAt: Date,
  visitCode: string | null = null,
): Digested {
  const at = toUtc(envelope.at, storedAt);
  const visit = envelope.kind === 'visit-report' ? envelope.body : null;
  const attempts = attemptsOf(envelope);
  const { status, code, sentence } = headlineOf(envelope);
  return {
    summary: {
      id,
      kind: envelope.kind,
      at,
      storedAt: storedAt.toISOString(),
      headline: { status, code, sentence },
      nat: natOf(envelope),
      turn: envelope.kind === 'turn-report' ? turnTally(envelope.body) : null,
      source: sourceOf(envelope),
      attempts: attempts.map(({ path, rung, succeeded, setupMs }) => ({ path, rung, succeeded, setupMs })),
      durationMs: durationOf(envelope),
      code: visitCode,
      link: visit?.run.link ?? null,
      visitor: visit?.run.visitor ?? null,
    },
    attempts,
    servers: serversOf(envelope),
    causes: [...new Set(visit?.causes?.map((cause) => cause.id))],
    countedAt: earlierUtc(at, storedAt.toISOString()),
  };
}

/** Those that statistics count. */
export function attemptsOf(report: Envelope): AttemptRow[] {
  if (report.kind !== 'visit-report' && report.kind !== 'room-report') return [];
  return report.body.attempts.map(attemptRow);
}

function natOf(report: Envelope): RunSummary['nat'] {
  const nat = natSummaryOf(report);
  if (nat === undefined) return null;
  const { mapping, filtering, legacy } = nat;
  return { mapping, filtering, legacy };
}

function natSummaryOf(report: Envelope): NatSummary | undefined {
  if (report.kind === 'nat-report') return report.body.nat;
  return report.kind === 'visit-report' ? report.body.nat?.nat : undefined;
}

function serversOf(report: Envelope): ServerRow[] {
  if (report.kind === 'nat-report') return report.body.servers.flatMap(serverRow);
  if (report.kind !== 'visit-report') return [];
  const { servers = [], relays } = report.body;
  if (relays === undefined) return servers.flatMap(serverRow);
  // That a TURN server gave out an address is not enough: it works once data went through it and came back.
  const urls = [...new Set(relays.map(({ url }) => url))];
  return [
    ...servers.filter(({ url }) => /^stuns?:/i.test(url)).flatMap(serverRow),
    ...urls.flatMap((url) => relayRow(relays.filter((way) => way.url === url))),
  ];
}

function serverRow(result: ServerResult): ServerRow[] {
  const { url, transport, status } = result;
  if (status === 'skipped') return [];
  const failed = status === 'failed' ? result.failure : undefined;
  const [blame, cause] = [failed?.blame ?? null, failed?.code ?? null];
  return [{ url, transport, succeeded: status === 'ok', blame, cause }];
}

/** The ways to one URL, by name and by the addresses behind it: it works when one of them does. */
function relayRow(ways: readonly RelayTry[]): ServerRow[] {
  const succeeded = ways.some(({ outcome }) => outcome === 'ok');
  const way = ways.find(({ outcome }) => outcome === (succeeded ? 'ok' : 'failed'));
  if (way === undefined) return [];
  const failed = succeeded ? undefined : way.failure;
  const { url, transport } = way;
  return [{ url, transport, succeeded, blame: failed?.blame ?? null, cause: failed?.code ?? null }];
}

/** Reading a file takes no time that anybody would compare. */
function durationOf(envelope: Envelope): number {
  if (envelope.kind === 'lint-report') return 0;
  if (envelope.kind === 'lab-report') return envelope.body.timing.totalMs;
  const isOfTurn = envelope.kind === 'turn-report' || envelope.kind === 'load-report';
  return isOfTurn ? envelope.body.durationMs : envelope.body.run.durationMs;
}

function sourceOf(envelope: Envelope): string {
  if (envelope.kind === 'visit-report' || envelope.kind === 'room-report') {
    return browserLabel(envelope.body.run.userAgent);
  }
  if (envelope.kind === 'turn-report' || envelope.kind === 'load-report') {
    return envelope.body.target.uri.slice(0, 200);
  }
  if (envelope.kind === 'lint-report') return envelope.body.file.slice(-200);
  if (envelope.kind === 'compare-report') {
    const { host, run } = envelope.body;
    return host.rim === 'tab' ? browserLabel(run.source) : run.source.slice(0, 200);
  }
  if (envelope.kind === 'lab-report') return labSource(envelope.body);
  const { hostname, localAddress, platform } = envelope.body.run;
  return (hostname ?? localAddress ?? platform ?? 'unknown host').slice(0, 200);
}

/** The scenario’s name first: by it the earlier runs of a scenario are found. */
function labSource({ scenario, runner, agent }: LabReportBody): string {
  return [scenario.name, runner === 'kernel' ? agent : runner].join(', ').slice(0, 200);
}

const notRelayed = failure('not-relayed');

function attemptRow(attempt: Attempt): AttemptRow {
  const { path, transport, rung, setupMs } = attempt;
  const reached = rungs.indexOf(rung) >= rungs.indexOf(attempt.wanted);
  const claimed = attempt.succeeded && reached;
  // A relay success needs a relay end in the pair that was selected at the end; without one the claim is a fault
  // of the tool that made it, not a success of the network.
  const unproven = claimed && path === 'relay' && !selectedPairRelays(attempt);
  const succeeded = claimed && !unproven;
  const failed = unproven ? notRelayed : succeeded ? undefined : attempt.failure;
  const [blame, cause] = [failed?.blame ?? null, failed?.code ?? null];
  return { path, transport, rung, succeeded, setupMs, blame, cause };
}

function selectedPairRelays(attempt: Attempt): boolean {
  const pair = attempt.pairs.find((each) => each.id === attempt.selectedPairId);
  return pair !== undefined && (pair.local.type === 'relay' || pair.remote.type === 'relay');
}
