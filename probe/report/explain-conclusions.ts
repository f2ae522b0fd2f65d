/** What each test led to, in the words of the rule that was applied. The classifier's own readings are used. */
import type { Evidence } from '../../contract/evidence.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { FilterTest } from '../nat/classify-filtering.ts';
import { dependenceOf } from '../nat/classify-mapping.ts';
import { isPlain, reflexiveOf } from '../nat/facts.ts';
import { pathAim, pathConclusions } from '../path/explain-path.ts';
import { gatewayTeller } from './explain-gateway.ts';
import { hairpinTeller } from './explain-hairpin.ts';
import { lifetimeTeller } from './explain-lifetime.ts';
import { copies, testOf } from './explain-packets.ts';
import { pairsTeller } from './explain-pairs.ts';
import type { RunReading, TestGroup, TestTeller } from './explain-test.ts';

/** Tests with a file of their own. */
export const tellers: readonly TestTeller[] = [hairpinTeller, lifetimeTeller, pairsTeller, gatewayTeller];

export function conclusions(test: TestGroup, run: RunReading): string[] {
  const { name, group, server } = test;
  const teller = tellers.find(({ tells }) => tells(name));
  if (teller !== undefined) return teller.conclusions(test, run);
  if (name.startsWith('map-')) return [mappingConclusion(name, group)];
  if (name.startsWith('filter-')) return filterConclusions(name, group, run.filterTests);
  if (name.startsWith('control-')) return group.map((e) => controlConclusion(name, e));
  if (name === 'server') return group.map(proofConclusion);
  if (pathAim(name) !== null) return pathConclusions(group);
  return server === null ? [] : [serverConclusion(server)];
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function mappingConclusion(name: string, group: readonly Evidence[]): string {
  const answers = group.filter((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const silent = group.filter((e) => e.outcome === 'silent').map((e) => formatEndpoint(e.to));
  const missing = silent.length === 0 ? '' : `; silent: ${silent.join(', ')}`;
  const seen = new Set(answers.flatMap((e) => reflexiveOf(e) ?? []).map(formatEndpoint));
  const [only] = seen;
  if (only === undefined) return `${name}: no destination answered → says nothing`;
  if (answers.length === 1) {
    return `${name}: one destination answered, it saw ${only} → nothing to compare with${missing}`;
  }
  if (seen.size === 1) return `${name}: ${answers.length} destinations saw ${only} → the same${missing}`;
  const { onAddress, onPort } = dependenceOf(answers);
  const parts = [
    ...(onAddress === null ? [] : [`another IP → ${onAddress ? 'changed' : 'the same'}`]),
    ...(onPort === null ? [] : [`another port → ${onPort ? 'changed' : 'the same'}`]),
  ];
  const detail = parts.length === 0 ? 'changed, on IP or on port' : parts.join(', ');
  return `${name}: ${answers.length} destinations saw ${seen.size} public endpoints: ${detail}${missing}`;
}

function filterConclusions(name: string, group: readonly Evidence[], all: readonly FilterTest[]): string[] {
  const tests = all.filter((test) => test.socket === name);
  const judged = tests.map(({ test, control, fact }) => {
    const answered = test.outcome === 'answered' || test.outcome === 'refused';
    const what = answered
      ? `${test.outcome === 'refused' ? 'refused' : 'answered'} from ${formatEndpoint(test.from ?? test.to)}`
      : test.outcome === 'silent'
        ? `${copies(test.sentMs.length)} unanswered`
        : `not finished (${test.outcome})`;
    const why = fact.value === 'unknown' ? ` → says nothing: ${fact.reason}` : ` → ${fact.value}`;
    return `${test.purpose}: ${what}, ${controlText(control)}${why}`;
  });
  if (judged.length > 0) return judged;
  const asked = group.some((e) => e.sentMs.length > 0);
  return [`${name}: ${asked ? 'no test has its control → says nothing' : 'nothing was sent'}`];
}

function controlText(control: Evidence): string {
  if (control.outcome !== 'answered') return `control ${control.outcome}`;
  return control.rttMs === null ? 'control answered' : `control answered after ${ms(control.rttMs)}`;
}

function controlConclusion(name: string, e: Evidence): string {
  if (e.outcome === 'answered' || e.outcome === 'refused') {
    return `${name}: ${formatEndpoint(e.to)} answered over TCP → it is up, silence over UDP means blocked`;
  }
  return `${name}: TCP ${e.outcome} as well → the server may be down, silence over UDP proves nothing`;
}

/** See `serverProofIsDue`: this socket has opened its filter for all four corners before. */
function proofConclusion(e: Evidence): string {
  const name = `server/${testOf(e)}`;
  if (e.outcome === 'answered' && e.from !== null && sameEndpoint(e.from, e.to)) {
    return `${name}: answered from the address that was asked → the server ignores change requests`;
  }
  if (e.outcome === 'answered') {
    return `${name}: came in where the filter was open → the server does answer change requests, its silence elsewhere is the filter`;
  }
  return `${name}: ${e.outcome} where the filter was open → silence of this server proves nothing`;
}

function serverConclusion(server: ServerResult): string {
  if (server.failure !== undefined) {
    const { code, blame, message } = server.failure;
    return `${server.url} → failed: ${code} (${blame}). ${message}`;
  }
  const rtt = server.rttMs === null ? '' : `, shortest round trip ${ms(server.rttMs)}`;
  return `${server.url} → ${server.status}${rtt}`;
}
