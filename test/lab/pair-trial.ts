/** One pair of sites: predicted from their reports, then tried with real ICE and, where that fails, over relays. */
import type { Transport } from '../../contract/basics.ts';
import type { NatReport } from '../../contract/envelope.ts';
import type { LabAttempt } from '../../contract/lab-report.ts';
import { pairEnd } from '../../probe/nat/pair-end.ts';
import { type PairPrediction, predictPairOf } from '../../probe/nat/predict-pair.ts';
import type { Pair } from '../../scenarios/io/run/schedule.ts';
import type { IceAgents, RelayServer } from './ice-agents.ts';

export interface Trial {
  readonly prediction: PairPrediction;
  /** From the same reports without the tests of `--pairs`. */
  readonly unmeasured: PairPrediction;
  /** The last attempt; undecided: a fault of the harness twice. */
  readonly seen: 'direct' | 'relay' | 'none' | 'undecided';
  readonly attempts: readonly LabAttempt[];
}

const isFault = ({ outcome }: LabAttempt) => outcome === 'fault';

export function faultsOf(trial: Trial): LabAttempt[] {
  return trial.attempts.filter(isFault);
}

export interface Field {
  /** By the name of the agent. */
  readonly reports: ReadonlyMap<string, NatReport>;
  readonly agents: IceAgents;
  /** Where each gets its relay; absent: nowhere. */
  readonly relays: ReadonlyMap<string, RelayServer>;
}

export async function tryPair(pair: Pair, { reports, agents, relays }: Field): Promise<Trial> {
  const [a, b] = [reportOf(reports, pair.a), reportOf(reports, pair.b)];
  const prediction = predictPairOf(pairEnd(a.body), pairEnd(b.body));
  const unmeasured = predictPairOf(pairEnd(withoutPairTest(a)), pairEnd(withoutPairTest(b)));
  const attempts = [await agents.connect(pair.a, pair.b)];
  // ICE stood and DTLS failed, or an agent hung: that is no finding about the NATs. Once more, and counted.
  if (attempts.some(isFault)) attempts.push(await agents.connect(pair.a, pair.b));
  const last = attempts.at(-1);
  const base = { prediction, unmeasured, attempts };
  if (last === undefined || isFault(last)) return { ...base, seen: 'undecided' };
  if (last.outcome === 'connected') return { ...base, seen: 'direct' };
  const [atA, atB] = [relays.get(pair.a), relays.get(pair.b)];
  if (atA === undefined || atB === undefined) return { ...base, seen: 'none' };
  let relayed = await agents.relay(pair.a, atA, pair.b, atB);
  if (isFault(relayed)) {
    attempts.push(relayed);
    relayed = await agents.relay(pair.a, atA, pair.b, atB);
  }
  if (isFault(relayed)) return { ...base, seen: 'undecided' };
  return { ...base, seen: relayed.outcome === 'connected' ? 'relay' : 'none' };
}

function reportOf(reports: ReadonlyMap<string, NatReport>, site: string): NatReport {
  const report = reports.get(site);
  if (report === undefined) throw new Error(`no report of ${site}`);
  return report;
}

function withoutPairTest({ body }: NatReport): NatReport['body'] {
  const measured = new Set(['answersOver', 'filterScope']);
  return { ...body, verdicts: body.verdicts.filter(({ name }) => !measured.has(name)) };
}

/** Over what the end reaches a relay, by its own report: UDP where that works, then TCP, then TLS. */
export function relayTransport(report: NatReport): Transport | null {
  const ways = pairEnd(report.body).relays.map(({ over }) => over);
  return (['udp', 'tcp', 'tls'] as const).find((over) => ways.includes(over)) ?? null;
}

/** Is what was seen what the prediction says, or where it leaves something open, among what it allows? */
export function agrees({ outcome, dependsOn }: PairPrediction, seen: Trial['seen']): boolean {
  switch (outcome) {
    case 'direct':
      return seen === 'direct';
    case 'relay':
      return seen === 'relay' || (seen === 'direct' && dependsOn.length > 0);
    case 'fail':
      return seen === 'none';
    case 'depends':
      return seen === 'direct' || seen === 'relay';
    case 'unknown':
      return false;
  }
}

/** Nothing is left open. */
export function isCertain({ outcome, dependsOn }: PairPrediction): boolean {
  return outcome !== 'unknown' && dependsOn.length === 0;
}
