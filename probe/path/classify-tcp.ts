/** Mapping and filtering of TCP, in the words of RFC 5382 §4, which are those of RFC 4787. */
import type { Evidence } from '../../contract/evidence.ts';
import { sameEndpoint } from '../../stun/endpoint.ts';
import { combine, dependenceOf, isPossible, mappingSentences } from '../nat/classify-mapping.ts';
import { bySocket, reflexiveOf } from '../nat/facts.ts';
import { type BehaviourFinding, behaviourClasses, cappedConfidence } from '../nat/finding.ts';

/** Null: not asked for. */
export function classifyTcpMapping(all: readonly Evidence[]): BehaviourFinding | null {
  const asked = all.filter((e) => e.purpose.startsWith('tcp-map-'));
  if (asked.length === 0) return null;
  const answers = asked.filter((e) => e.outcome === 'answered' && reflexiveOf(e) !== null);
  const ids = asked.map((e) => e.id);
  const open = (reason: string): BehaviourFinding => ({
    value: 'inconclusive',
    confidence: 0,
    reason,
    evidence: ids,
    possible: answers.length === 0 ? [] : behaviourClasses,
  });
  if (answers.length === 0) return open('no server answered over TCP');
  const translated = answers.some((e) => {
    const seen = reflexiveOf(e);
    return e.local === null || seen === null || !sameEndpoint(e.local, seen);
  });
  const found = (value: BehaviourFinding['value'], chanceOfError: number, reason: string) => {
    return { value, confidence: cappedConfidence(chanceOfError), reason, evidence: ids, possible: [] };
  };
  if (!translated) {
    return found('endpoint-independent', 0.001, 'no translation: servers see the local endpoint itself');
  }
  const groups = [...bySocket(answers).values()].filter((group) => group.length > 1);
  if (groups.length === 0) return open(whyAlone(asked));
  const dependence = combine(groups.map(dependenceOf));
  const possible = behaviourClasses.filter((mapping) => isPossible(mapping, dependence));
  const [only] = possible;
  if (only === undefined || possible.length > 1) {
    return {
      ...open('the destinations that answered do not tell address from port dependence'),
      possible,
    };
  }
  const count = `${groups.length} local ports, ${groups.flat().length} connections`;
  return found(only, 0.02 / groups.length ** 2, `${mappingSentences[only]} (${count})`);
}

function whyAlone(asked: readonly Evidence[]): string {
  const others = asked.filter((e) => !e.purpose.endsWith('/PP'));
  if (others.length === 0) return 'the server names no second address for TCP (OTHER-ADDRESS)';
  const shared = others.some((e) => e.notes.some((note) => /^EADDR(INUSE|NOTAVAIL)\b/.test(note)));
  return shared
    ? 'this system does not let several connections leave from one local port'
    : 'only one destination answered over TCP';
}

/** Null: not asked for. */
export function classifyTcpFiltering(all: readonly Evidence[]): BehaviourFinding | null {
  const asked = all.filter((e) => e.purpose.startsWith('tcp-filter-'));
  if (asked.length === 0) return null;
  const ids = asked.map((e) => e.id);
  const open = (reason: string): BehaviourFinding => {
    return { value: 'inconclusive', confidence: 0, reason, evidence: ids, possible: [] };
  };
  const find = (test: string) => asked.find((e) => e.purpose.endsWith(`/${test}`));
  const [control, both, port] = [find('control'), find('change-both'), find('change-port')];
  if (control?.outcome !== 'answered') return open('no server answered over TCP');
  if (both === undefined || port === undefined) return open('the test did not finish');
  const failed = [both, port].find((e) => e.outcome === 'failed');
  if (failed !== undefined) return open(failed.notes[0] ?? 'the connection broke');
  const facts = { both: knockFact(both), port: knockFact(port) };
  const unknown = [facts.both, facts.port].find((fact) => fact.kind === 'unknown');
  if (unknown?.kind === 'unknown') return open(unknown.reason);
  const found = (value: BehaviourFinding['value'], confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: ids, possible: [] };
  };
  if (facts.both.kind === 'in' && facts.port.kind === 'in') {
    return found(
      'endpoint-independent',
      0.999,
      'connections came in from another address of the server and from another port',
    );
  }
  if (facts.both.kind === 'in') {
    return open('a connection from another address came in, one from another port of the same did not');
  }
  const how = [facts.both, facts.port].some((fact) => fact.kind === 'out' && fact.rejected)
    ? 'were rejected at once (against RFC 5382 REQ-4)'
    : 'stayed unanswered';
  // No control can be had for a SYN: that the server really sent it is its own word.
  if (facts.port.kind === 'in') {
    return found(
      'address-dependent',
      0.97,
      `connections came in from another port of the server; those from its other address ${how}`,
    );
  }
  return found(
    'address-and-port-dependent',
    0.97,
    `connections from other ports and addresses of the server ${how}, as the server says`,
  );
}

type KnockFact =
  | { readonly kind: 'in' }
  | { readonly kind: 'out'; readonly rejected: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

function knockFact(e: Evidence): KnockFact {
  if (e.outcome === 'answered') return { kind: 'in' };
  switch (e.connectBack) {
    case 'unanswered':
    case 'refused':
      return { kind: 'out', rejected: e.connectBack === 'refused' };
    case 'connected':
      return {
        kind: 'unknown',
        reason: 'something else than this host accepted the connections that the server made to it',
      };
    case 'not-possible':
      return {
        kind: 'unknown',
        reason: 'the server could not connect back (no second address, or its limits)',
      };
    case 'unsupported':
      return { kind: 'unknown', reason: 'the server does not connect back (polynya serve does)' };
    case undefined:
      return { kind: 'unknown', reason: 'the server did not say how its connection attempt ended' };
  }
}
