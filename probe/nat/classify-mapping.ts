/** RFC 4787 §4.1: does the mapping depend on where packets go? */
import type { Evidence } from '../../contract/evidence.ts';
import { formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Lie } from './credibility.ts';
import { bySocket, isPlain, isRewritten, reflexiveOf, whyNothing } from './facts.ts';
import { type BehaviourClass, type BehaviourFinding, behaviourClasses, cappedConfidence } from './finding.ts';

/** Seen in pairs of destinations of one socket; null: no pair could show it. */
export interface Dependence {
  readonly onAddress: boolean | null;
  readonly onPort: boolean | null;
  /** Two destinations that differ in both had different mappings: on something it does depend. */
  readonly onSomething: boolean;
  /** One pair shows a dependence that another pair denies. */
  readonly mixed: boolean;
}

/**
 * One destination out of four that sees another port of the same address, while the others, which differ in address
 * and in port, agree: no behaviour of RFC 4787 looks like that, but a clash with another host behind the same NAT
 * does, whose connection to that destination has the port already. Linux shares ports between destinations.
 */
export function clashingAnswer(answers: readonly Evidence[]): Evidence | null {
  if (answers.length < 4) return null;
  const seenBy = (e: Evidence) => reflexiveOf(e);
  const outliers = answers.filter((candidate) => {
    const others = answers.filter((e) => e !== candidate).map(seenBy);
    const [first] = others;
    const odd = seenBy(candidate);
    if (!first || !odd || odd.address !== first.address || odd.port === first.port) return false;
    return others.every((other) => other !== null && sameEndpoint(other, first));
  });
  return outliers[0] ?? null;
}

/** What the answers to one socket show when compared pair by pair. */
export function dependenceOf(all: readonly Evidence[]): Dependence {
  const clash = clashingAnswer(all);
  const answers = all.filter((e) => e !== clash);
  let onAddress: boolean | null = null;
  let onPort: boolean | null = null;
  let onSomething = false;
  let mixed = false;
  const observe = (known: boolean | null, differs: boolean) => {
    if (known !== null && known !== differs) mixed = true;
    return known === true ? true : differs;
  };
  for (const [index, a] of answers.entries()) {
    for (const b of answers.slice(index + 1)) {
      const mappedA = reflexiveOf(a);
      const mappedB = reflexiveOf(b);
      if (mappedA === null || mappedB === null || sameEndpoint(a.to, b.to)) continue;
      const differs = !sameEndpoint(mappedA, mappedB);
      if (a.to.address === b.to.address) onPort = observe(onPort, differs);
      else if (a.to.port === b.to.port) onAddress = observe(onAddress, differs);
      else if (differs) onSomething = true;
      else {
        // Neither another address nor another port changed it.
        onAddress = observe(onAddress, false);
        onPort = observe(onPort, false);
      }
    }
  }
  return { onAddress, onPort, onSomething, mixed };
}

/** Any socket that shows dependence decides: chance agrees more easily than it differs. */
export function combine(all: readonly Dependence[]): Dependence {
  const any = (values: readonly (boolean | null)[]) =>
    values.includes(true) ? true : values.includes(false) ? false : null;
  return {
    onAddress: any(all.map((d) => d.onAddress)),
    onPort: any(all.map((d) => d.onPort)),
    onSomething: all.some((d) => d.onSomething),
    mixed: all.some((d) => d.mixed),
  };
}

export function isPossible(mapping: BehaviourClass, d: Dependence): boolean {
  const onAddress = mapping === 'address-dependent' || mapping === 'address-and-port-dependent';
  const onPort = mapping === 'port-dependent' || mapping === 'address-and-port-dependent';
  if (d.onAddress !== null && d.onAddress !== onAddress) return false;
  if (d.onPort !== null && d.onPort !== onPort) return false;
  return !d.onSomething || onAddress || onPort;
}

export const mappingSentences: Record<BehaviourClass, string> = {
  'endpoint-independent': 'every destination saw the same public endpoint',
  'address-dependent': 'another destination address got another public endpoint, another port did not',
  'port-dependent': 'another destination port got another public endpoint, another address did not',
  'address-and-port-dependent': 'another destination address or port got another public endpoint',
};

/** @param lie why answers in it could not be believed */
export function classifyMapping(evidence: readonly Evidence[], lie: Lie | null = null): BehaviourFinding {
  const answers = evidence.filter((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const groups = [...bySocket(answers).values()].filter((group) => group.length > 1);
  const compared = groups.flat();
  const ids = compared.map((e) => e.id);
  // No translation at all: whatever the destination, the mapping is the local endpoint itself.
  const untranslated = answers.filter((e) => {
    const seen = reflexiveOf(e);
    return e.local !== null && seen !== null && sameEndpoint(e.local, seen);
  });
  if (answers.length > 0 && untranslated.length === answers.length) {
    return {
      value: 'endpoint-independent',
      confidence: 0.999,
      reason: 'no translation: servers see the local endpoint itself',
      evidence: answers.map((e) => e.id),
      possible: [],
    };
  }
  // A clash that one socket shows stands in the way of the others as well, even where they miss an answer to show it.
  const clashes = groups.flatMap((group) => clashingAnswer(group) ?? []);
  const perSocket = groups.map((group) =>
    dependenceOf(group.filter((e) => !clashes.some((clash) => sameEndpoint(clash.to, e.to)))),
  );
  const dependence = combine(perSocket);
  const possible = behaviourClasses.filter((mapping) => isPossible(mapping, dependence));
  const [only] = possible;
  const agreeing = only === undefined ? 0 : perSocket.filter((d) => isPossible(only, d)).length;
  // Chance agreement of two mappings takes a pool of addresses (or a counter that came round); without one, sockets
  // that show a dependence and its absence at once show no behaviour of a NAT.
  const addresses = new Set(answers.map((e) => reflexiveOf(e)?.address));
  const isTorn = addresses.size === 1 && (dependence.mixed || agreeing < perSocket.length);
  if (only !== undefined && possible.length === 1 && !isTorn) {
    const destinations = new Set(compared.map((e) => formatEndpoint(e.to))).size;
    const count = `${groups.length} socket${groups.length === 1 ? '' : 's'} × ${destinations} destinations`;
    // One socket that disagrees with the others: a pool or a clash, worth a lower confidence and a word.
    const mixed = agreeing < perSocket.length;
    const remarks = [
      ...(mixed ? [`${agreeing} of them agree`] : []),
      ...(clashes.length > 0 ? [clashRemark(clashes)] : []),
    ];
    const doubt = mixed || clashes.length > 0 ? 0.1 : 0.02 / groups.length ** 2;
    return {
      value: only,
      confidence: cappedConfidence(doubt),
      reason: `${mappingSentences[only]} (${[count, ...remarks].join('; ')})`,
      evidence: ids,
      possible: [],
    };
  }
  return {
    value: 'inconclusive',
    confidence: 0,
    reason: lie?.reason ?? (isTorn ? torn : whyOpen(evidence, answers, compared)),
    evidence: lie?.evidence ?? answers.map((e) => e.id),
    possible: answers.length === 0 || isTorn ? [] : possible,
    ...(lie !== null && { fault: 'server-mapped-address-false' as const }),
  };
}

const torn = 'the answers contradict each other: some show a dependence that others deny';

function clashRemark(clashes: readonly Evidence[]): string {
  const where = [...new Set(clashes.map((e) => formatEndpoint(e.to)))].slice(0, 4).join(', ');
  return `but for ${where}, where the port was taken by another host behind this NAT`;
}

function whyOpen(
  all: readonly Evidence[],
  answers: readonly Evidence[],
  compared: readonly Evidence[],
): string {
  if (answers.length === 0) {
    return all.some((e) => isPlain(e) && isRewritten(e))
      ? 'the answers carry MAPPED-ADDRESS only, and something on the way rewrites it'
      : whyNothing(all);
  }
  const silent = all.filter((e) => isPlain(e) && e.outcome === 'silent').map((e) => formatEndpoint(e.to));
  if (compared.length === 0 && silent.length === 0) {
    return 'only one destination answered: the mapping shows when two or more are compared (use an RFC 5780 server, or several STUN servers)';
  }
  const dead = [...new Set(silent)];
  if (dead.length > 0) return `too few destinations answered; silent: ${dead.slice(0, 4).join(', ')}`;
  return 'the destinations that answered do not tell address from port dependence';
}
