/** From what was observed during one connection attempt to its record: rung, success, cause. Pure. */
import { median } from '../../compare/median.ts';
import type { Path, Rung } from '../../contract/basics.ts';
import type { CandidatePair, CandidateType } from '../../contract/candidate.ts';
import { type Failure, type FailureCode, failure } from '../../contract/failures.ts';
import type { Attempt, SetupStep } from '../../contract/visit-report.ts';
import { pairsTried } from './pairs-from-stats.ts';

/** Times are since the start of the attempt; null: never happened. */
export interface AttemptFacts {
  readonly id: string;
  readonly path: Extract<Path, 'mesh' | 'relay'>;
  readonly signalledMs: number | null;
  readonly gatherStartedMs: number | null;
  readonly firstCandidateMs: Readonly<Partial<Record<CandidateType, number>>>;
  readonly gatherCompleteMs: number | null;
  readonly offeredMs: number | null;
  /** Offer and answer are exchanged, checks can begin. */
  readonly iceStartedMs: number | null;
  readonly iceConnectedMs: number | null;
  readonly dtlsConnectedMs: number | null;
  readonly channelOpenMs: number | null;
  readonly firstEchoMs: number | null;
  readonly echoRttsMs: readonly number[];
  /** Of messages that nobody repeats, both ways together; null: not counted. */
  readonly lossRate: number | null;
  readonly pairs: readonly CandidatePair[];
  /** What broke signalling, if something did. */
  readonly signalFailure: { readonly code: FailureCode; readonly detail: string } | null;
  /** Relay only: why the TURN servers gave nothing, when they were tried one by one. */
  readonly serverFailures: readonly Failure[];
}

/** An echoed message is what both attempts of the Check page want. */
const wanted: Rung = 'S4';

export function judgeAttempt(facts: AttemptFacts): Attempt {
  const selected = facts.pairs.find((pair) => pair.selected) ?? null;
  // A relayed success needs a relay end in the pair that is selected at the end; nothing else proves it.
  const offPath =
    facts.path === 'relay' && facts.iceConnectedMs !== null && !(selected !== null && hasRelayEnd(selected));
  const rung = offPath ? rungBeforeIce(facts) : rungOf(facts);
  const succeeded = rung === wanted;
  const failed = succeeded ? null : failureOf(facts, rung, offPath, selected);
  return {
    id: facts.id,
    from: 'browser',
    to: 'echo peer',
    path: facts.path,
    transport: selected === null ? null : (selected.local.relayProtocol ?? selected.local.protocol),
    rung,
    wanted,
    succeeded,
    setupMs: succeeded ? facts.firstEchoMs : null,
    echoRttMs: median(facts.echoRttsMs),
    echoCount: facts.echoRttsMs.length,
    ...(facts.lossRate === null ? {} : { lossRate: facts.lossRate }),
    steps: stepsOf(facts),
    pairs: [...facts.pairs],
    selectedPairId: selected?.id ?? null,
    ...(failed === null ? {} : { failure: failed }),
  };
}

export function hasRelayEnd(pair: CandidatePair): boolean {
  return pair.local.type === 'relay' || pair.remote.type === 'relay';
}

function hasWantedCandidate(facts: AttemptFacts): boolean {
  const found = facts.firstCandidateMs;
  return facts.path === 'relay' ? found.relay !== undefined : (found.host ?? found.srflx) !== undefined;
}

function rungBeforeIce(facts: AttemptFacts): Rung {
  if (facts.signalledMs === null) return 'none';
  return hasWantedCandidate(facts) ? 'S1' : 'S0';
}

function rungOf(facts: AttemptFacts): Rung {
  if (facts.firstEchoMs !== null) return 'S4';
  if (facts.dtlsConnectedMs !== null || facts.channelOpenMs !== null) return 'S3';
  if (facts.iceConnectedMs !== null) return 'S2';
  return rungBeforeIce(facts);
}

function failureOf(
  facts: AttemptFacts,
  rung: Rung,
  offPath: boolean,
  selected: CandidatePair | null,
): Failure {
  if (offPath) return failure('not-relayed', selected === null ? 'no selected pair was reported' : undefined);
  // Without a relay address no answer of the echo peer would have helped; what the server did comes first.
  const [refused] = facts.path === 'relay' && !hasWantedCandidate(facts) ? facts.serverFailures : [];
  if (refused !== undefined && rung === 'S0') return refused;
  if (facts.signalFailure !== null && facts.iceConnectedMs === null) {
    return failure(facts.signalFailure.code, facts.signalFailure.detail);
  }
  if (rung === 'none') return failure('signal-failed');
  if (rung === 'S0') return failure('ice-no-candidates');
  if (rung === 'S1') return failure('ice-failed', pairsTried(facts.pairs));
  return failure(rung === 'S2' ? 'dtls-failed' : 'echo-timeout');
}

/** Bars of the set-up waterfall: a bar ends where the next thing became possible. */
function stepsOf(facts: AttemptFacts): SetupStep[] {
  const steps: SetupStep[] = [{ name: 'signalling', startMs: 0, endMs: facts.signalledMs }];
  const add = (name: string, startMs: number | null, endMs: number | null): void => {
    if (startMs !== null)
      steps.push({ name, startMs, endMs: endMs === null ? null : Math.max(startMs, endMs) });
  };
  const gather = facts.gatherStartedMs;
  const { host, srflx, relay } = facts.firstCandidateMs;
  const times = [host, srflx, relay].filter((time) => time !== undefined);
  add('gather-first', gather, times.length === 0 ? null : Math.min(...times));
  if (srflx !== undefined) add('gather-srflx', gather, srflx);
  if (facts.path === 'relay') add('gather-relay', gather, relay ?? null);
  if (facts.gatherCompleteMs !== null) add('gather-complete', gather, facts.gatherCompleteMs);
  add('offer-answer', facts.offeredMs, facts.iceStartedMs);
  add('ice', facts.iceStartedMs, facts.iceConnectedMs);
  add('dtls', facts.iceConnectedMs, facts.dtlsConnectedMs);
  add('channel-open', facts.dtlsConnectedMs, facts.channelOpenMs);
  add('echo', facts.channelOpenMs, facts.firstEchoMs);
  return steps;
}
