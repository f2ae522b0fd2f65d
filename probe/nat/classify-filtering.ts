/** RFC 4787 §5: from where may packets come in? */
import type { Evidence } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import {
  answeredOverUdp,
  bySocket,
  type ChangeKind,
  changedSource,
  changeKinds,
  changeOf,
  type FilterFact,
  isAlive,
  lossOf,
  whyNothing,
} from './facts.ts';
import {
  type BehaviourClass,
  type BehaviourFinding,
  behaviourClasses,
  cappedConfidence,
  type Finding,
} from './finding.ts';
import type { ServerFault } from './server-fault.ts';
import { readServerProof, type ServerProofFinding } from './server-proof.ts';
import { chanceSilenceIsLoss, excuseOf, fatesOf, whySilent } from './witness-facts.ts';

type Pattern = Readonly<Record<ChangeKind, FilterFact>>;

/** What each behaviour lets in. */
const patterns: Record<BehaviourClass, Pattern> = {
  'endpoint-independent': { 'change-both': 'passed', 'change-port': 'passed', 'change-ip': 'passed' },
  'address-dependent': { 'change-both': 'blocked', 'change-port': 'passed', 'change-ip': 'blocked' },
  'port-dependent': { 'change-both': 'blocked', 'change-port': 'blocked', 'change-ip': 'passed' },
  'address-and-port-dependent': {
    'change-both': 'blocked',
    'change-port': 'blocked',
    'change-ip': 'blocked',
  },
};

export interface TestFact extends Finding<FilterFact> {
  readonly fault?: ServerFault;
  /** Probability that a `blocked` is loss after all. */
  readonly chanceOfLoss: number;
}

function unknown(reason: string, evidence: readonly string[], fault?: ServerFault): TestFact {
  return { value: 'unknown', confidence: 0, reason, evidence, chanceOfLoss: 0, ...(fault && { fault }) };
}

/** Accepted probability that loss alone explains one silence. */
const believedSilence = 1e-3;

/** Reads one filter test of one socket, with its positive control. */
function readTest(
  all: readonly Evidence[],
  control: Evidence,
  test: Evidence,
  change: ChangeKind,
  other: Endpoint | null,
): TestFact {
  const ids = [control.id, test.id];
  if (other === null)
    return unknown('the server announces no alternate address', ids, 'server-no-other-address');
  if (test.outcome === 'refused') {
    return unknown(
      `the server refused CHANGE-REQUEST (${test.errorCode ?? 'error'})`,
      ids,
      'server-no-other-address',
    );
  }
  if (change !== 'change-port' && other.address === test.to.address) {
    return unknown('the alternate has the same IP address', ids, 'server-alternate-same-address');
  }
  const source = changedSource(test.to, other, change);
  if (test.outcome === 'answered' && test.from !== null) {
    if (sameEndpoint(test.from, source)) {
      return { value: 'passed', confidence: 1, reason: 'it came in', evidence: ids, chanceOfLoss: 0 };
    }
    if (sameEndpoint(test.from, test.to)) {
      return unknown(
        'the server answered from the address that was asked',
        ids,
        'server-ignores-change-request',
      );
    }
    return unknown(`the answer came from ${formatEndpoint(test.from)}`, ids, 'stun-wrong-source');
  }
  if (test.outcome !== 'silent') return unknown(`the test did not finish (${test.outcome})`, ids);
  const excuse = excuseOf(test);
  if (excuse !== null) return unknown(excuse.reason, ids, excuse.fault);
  if (control.outcome !== 'answered')
    return unknown('the control on this socket was not answered either', ids);
  if (!mayName(test.to, other)) {
    return unknown(
      `the alternate that the server announces cannot be its own (${formatEndpoint(other)})`,
      ids,
      'server-no-other-address',
    );
  }
  if (isAlive(all, source) !== true) {
    const { reason, fault } = whySilent(all, source);
    return unknown(reason, ids, fault);
  }
  const chance = chanceSilenceIsLoss(all, test);
  if (chance > believedSilence) {
    const rate = Math.round(100 * lossOf(all).rate);
    return unknown(
      `so many packets are lost (${rate} %) that ${test.sentMs.length} of them prove nothing`,
      ids,
    );
  }
  return { value: 'blocked', confidence: 1 - chance, reason: 'silent', evidence: ids, chanceOfLoss: chance };
}

/** Sockets agree or not; one that was truly blocked outweighs one whose old port the NAT still remembered. */
function combine(facts: readonly TestFact[]): TestFact {
  const blocked = facts.find((f) => f.value === 'blocked');
  const passed = facts.find((f) => f.value === 'passed');
  const chosen = blocked ?? passed ?? facts[0] ?? unknown('it was not tested', []);
  return { ...chosen, evidence: facts.flatMap((f) => f.evidence) };
}

const sentences: Record<BehaviourClass, string> = {
  'endpoint-independent': 'an answer from an address and port never contacted came in',
  'address-dependent': 'answers came in from another port of the contacted address, not from another address',
  'port-dependent': 'answers came in from another address at the contacted port, not from another port',
  'address-and-port-dependent': 'only the contacted address and port could answer',
};

/** One filter test of one socket, and what it shows. */
export interface FilterTest {
  readonly socket: string;
  readonly change: ChangeKind;
  readonly control: Evidence;
  readonly test: Evidence;
  readonly fact: TestFact;
}

/** Every filter test that has a control on its socket. */
export function readFilterTests(evidence: readonly Evidence[]): FilterTest[] {
  const tests: FilterTest[] = [];
  for (const [socket, group] of bySocket(evidence)) {
    const control = group.find((e) => e.purpose === `${socket}/control`);
    if (control === undefined) continue;
    const other = control.otherAddress ?? alternateHeard(evidence, control.to);
    for (const test of group) {
      const change = changeOf(test);
      if (change === null) continue;
      tests.push({ socket, change, control, test, fact: readTest(evidence, control, test, change, other) });
    }
  }
  return tests;
}

export function classifyFiltering(evidence: readonly Evidence[]): BehaviourFinding {
  const perKind = new Map<ChangeKind, TestFact[]>(changeKinds.map((kind) => [kind, []]));
  let contradiction = false;
  const proof = readServerProof(evidence);
  const read = readFilterTests(evidence);
  for (const test of read) perKind.get(test.change)?.push(believable(test, proof));
  const facts = new Map([...perKind].map(([kind, tests]) => [kind, combine(tests)] as const));
  for (const tests of perKind.values()) {
    const values = new Set(tests.map((t) => t.value));
    if (values.has('passed') && values.has('blocked')) contradiction = true;
  }
  const known = [...facts].filter(([, fact]) => fact.value !== 'unknown');
  const possible = behaviourClasses.filter((c) =>
    known.every(([kind, fact]) => patterns[c][kind] === fact.value),
  );
  const ids = [...new Set([...facts.values()].flatMap((fact) => fact.evidence))];
  ids.push(...proof.evidence);
  const [only] = possible;
  const unknownFact = [...facts.values()].find((fact) => fact.value === 'unknown');

  if (only === undefined || possible.length > 1) {
    const noAnswer = !answeredOverUdp(evidence);
    return {
      value: 'inconclusive',
      confidence: 0,
      reason: noAnswer ? whyNothing(evidence) : (unknownFact?.reason ?? 'the tests contradict each other'),
      evidence: ids,
      possible: noAnswer ? [] : possible,
      ...(unknownFact?.fault && !noAnswer && { fault: unknownFact.fault }),
    };
  }
  const loss = Math.max(...known.map(([, fact]) => fact.chanceOfLoss));
  const allBlocked = known.every(([, fact]) => fact.value === 'blocked');
  const answersSeen = read.every(({ test }) => test.outcome !== 'silent' || answersLeft(test));
  // A server that never showed a changed source, to us or to a witness, is trusted a little less.
  const unproven = allBlocked && proof.value !== 'proven' && !answersSeen ? 0.1 : 0;
  const tests = read.length;
  const sockets = new Set(read.map(({ socket }) => socket)).size;
  return {
    value: only,
    confidence: cappedConfidence(3 * loss + unproven + (contradiction ? 0.15 : 0)),
    reason: `${sentences[only]} (${tests} tests on ${sockets} socket${sockets === 1 ? '' : 's'}${
      contradiction ? '; one socket let more in, as if the NAT remembered its port' : ''
    }${unproven > 0 ? '; the server never showed that it answers CHANGE-REQUEST' : ''})`,
    evidence: ids,
    possible: [],
  };
}

/** Control lost or unsettled: the same endpoint may have announced its alternate to another socket. */
function alternateHeard(evidence: readonly Evidence[], server: Endpoint): Endpoint | null {
  return evidence.find((e) => sameEndpoint(e.to, server) && e.otherAddress !== null)?.otherAddress ?? null;
}

/** A witness saw answers to this question leave the server, or who judges sent them. */
function answersLeft(question: Evidence): boolean {
  return question.iceCheck !== undefined || (fatesOf(question)?.answered ?? 0) > 0;
}

/** The silence of a server that is mute even where no filter stands in the way says nothing about the filter. */
function believable({ test, fact }: FilterTest, proof: ServerProofFinding): TestFact {
  if (fact.value !== 'blocked' || proof.value !== 'mute' || proof.question === null) return fact;
  const proofFates = fatesOf(proof.question);
  if (!answersLeft(test) || proofFates === null) {
    return unknown(
      'the server does not answer CHANGE-REQUEST even where no filter stands in the way',
      fact.evidence,
      'server-ignores-change-request',
    );
  }
  // The server did answer the test; it was the proof that it left unanswered.
  if (proofFates.answered === 0) return fact;
  return unknown(
    'answers from another address leave the server and get lost even where no filter stands in the way',
    fact.evidence,
  );
}
