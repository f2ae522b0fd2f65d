/** From what was observed on one link to its record: rung, success, cause. Pure. */
import { median } from '../../compare/median.ts';
import type { Rung } from '../../contract/basics.ts';
import type { CandidatePair } from '../../contract/candidate.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { Outlook } from '../../contract/outlook.ts';
import type { LinkAttempt } from '../../contract/room-report.ts';
import type { SetupStep } from '../../contract/visit-report.ts';
import { pairsTried } from '../check/pairs-from-stats.ts';
import type { LinkFacts } from './link-facts.ts';
import { whyThisWay } from './why-this-way.ts';

/** A decoded picture is what a call is about. */
const wanted: Rung = 'S6';

/** @param outlook what the NAT tests of both ends say; null: not both are known */
export function judgeLink(facts: LinkFacts, outlook: Outlook | null = null): LinkAttempt {
  const pairs = facts.sample?.pairs ?? [];
  const selected = pairs.find((pair) => pair.selected) ?? null;
  // A relayed success needs a relay end in the pair that is selected now; nothing else proves it.
  const offPath = facts.path === 'relay' && facts.iceConnectedMs !== null && !hasRelayEnd(selected);
  const rung = offPath ? rungBeforeIce(facts) : rungOf(facts);
  const succeeded = rung === wanted || rung === 'S7';
  const failed = succeeded ? null : failureOf(rung, offPath, pairs);
  return {
    id: facts.id,
    from: facts.from,
    to: facts.to,
    link: facts.link,
    path: facts.path,
    transport: selected === null ? null : (selected.local.relayProtocol ?? selected.local.protocol),
    rung,
    wanted,
    succeeded,
    setupMs: succeeded ? facts.firstFrameMs : null,
    echoRttMs: median(facts.echoRttsMs),
    echoCount: facts.echoRttsMs.length,
    steps: stepsOf(facts),
    pairs: [...pairs],
    selectedPairId: selected?.id ?? null,
    media: facts.sample?.media ?? null,
    why: whyThisWay(facts.path, pairs, Object.keys(facts.firstCandidateMs), outlook),
    ...(outlook === null ? {} : { outlook }),
    ...(failed === null ? {} : { failure: failed }),
  };
}

function hasRelayEnd(pair: CandidatePair | null): boolean {
  return pair !== null && (pair.local.type === 'relay' || pair.remote.type === 'relay');
}

function rungBeforeIce(facts: LinkFacts): Rung {
  if (facts.signalledMs === null) return 'none';
  const { host, srflx, relay } = facts.firstCandidateMs;
  return (facts.path === 'relay' ? relay : (host ?? srflx ?? relay)) === undefined ? 'S0' : 'S1';
}

/** The highest rung: where a path has no data channel, S4 is passed by. */
function rungOf(facts: LinkFacts): Rung {
  if (facts.stableMs !== null) return 'S7';
  if (facts.firstFrameMs !== null) return 'S6';
  if (facts.firstPacketMs !== null) return 'S5';
  if (facts.firstEchoMs !== null) return 'S4';
  if (facts.dtlsConnectedMs !== null) return 'S3';
  return facts.iceConnectedMs === null ? rungBeforeIce(facts) : 'S2';
}

function failureOf(rung: Rung, offPath: boolean, pairs: readonly CandidatePair[]): Failure {
  if (offPath) return failure('not-relayed', pairs.length === 0 ? 'no pair was reported' : undefined);
  if (rung === 'none') return failure('signal-failed');
  if (rung === 'S0') return failure('ice-no-candidates');
  if (rung === 'S1') return failure('ice-failed', pairsTried(pairs));
  if (rung === 'S2') return failure('dtls-failed');
  return failure(rung === 'S5' ? 'media-not-decoded' : 'media-missing');
}

/** Bars of the set-up waterfall: a bar ends where the next thing became possible. */
function stepsOf(facts: LinkFacts): SetupStep[] {
  const steps: SetupStep[] = [];
  const add = (name: string, startMs: number | null, endMs: number | null): void => {
    if (startMs === null) return;
    steps.push({ name, startMs, endMs: endMs === null ? null : Math.max(startMs, endMs) });
  };
  add('signalling', 0, facts.signalledMs);
  const times = Object.values(facts.firstCandidateMs);
  add('gather-first', 0, times.length === 0 ? null : Math.min(...times));
  if (facts.path === 'relay') add('gather-relay', 0, facts.firstCandidateMs.relay ?? null);
  if (facts.gatherCompleteMs !== null) add('gather-complete', 0, facts.gatherCompleteMs);
  add('ice', facts.signalledMs, facts.iceConnectedMs);
  add('dtls', facts.iceConnectedMs, facts.dtlsConnectedMs);
  if (facts.channelOpenMs !== null) add('channel-open', facts.dtlsConnectedMs, facts.channelOpenMs);
  if (facts.channelOpenMs !== null) add('echo', facts.channelOpenMs, facts.firstEchoMs);
  add('first-packet', facts.dtlsConnectedMs, facts.firstPacketMs);
  add('first-frame', facts.firstPacketMs, facts.firstFrameMs);
  return steps;
}
