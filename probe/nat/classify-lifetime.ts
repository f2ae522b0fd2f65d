/** RFC 4787 §4.3: how long a mapping lives without traffic. Loss is never read as expiry. */
import type { Evidence } from '../../contract/evidence.ts';
import type { NatSummary } from '../../contract/nat-report.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { cameElsewhere } from './exchange.ts';
import { chanceOfLoss, reflexiveOf } from './facts.ts';
import { cappedConfidence, type Finding } from './finding.ts';

export interface LifetimeContext {
  /** No NAT and no filter: nothing that could expire. */
  readonly unfiltered: boolean;
  readonly portAllocation: NatSummary['portAllocation'];
  /** Why there is no evidence, where there is none. */
  readonly notAsked: string;
}

export interface IdleFact {
  /** The idle time that names the test. */
  readonly plannedSec: number;
  /** How long it was idle: as planned, or what it came to where this host was busy or stopped. */
  readonly sec: number;
  readonly value: 'alive' | 'gone' | 'unknown';
  readonly reason: string;
  /** Probability that the value is wrong. */
  readonly chanceOfError: number;
}

type Tests = ReadonlyMap<string, Evidence>;

const purposeForm = /^lifetime-(\d+(?:\.\d+)?)\/([a-z]+)$/;
/** RFC 4787 REQ-5. */
const requiredSec = 120;

export interface LifetimeTests {
  readonly ids: readonly string[];
  /** The try of RESPONSE-PORT without any idle time. */
  readonly proof: Evidence | undefined;
  /** The server sends answers to the port that is asked for, so that idle sockets can stay silent. */
  readonly redirects: boolean;
  /** Shortest idle time first. */
  readonly facts: readonly IdleFact[];
}

/** What each idle time showed. */
export function readLifetimeTests(
  all: readonly Evidence[],
  context: Pick<LifetimeContext, 'portAllocation'>,
): LifetimeTests {
  const perTime = new Map<number, Map<string, Evidence>>();
  const ids: string[] = [];
  for (const e of all) {
    const [, sec, test] = purposeForm.exec(e.purpose) ?? [];
    if (sec === undefined || test === undefined) continue;
    ids.push(e.id);
    const tests = perTime.get(Number(sec)) ?? new Map<string, Evidence>();
    perTime.set(Number(sec), tests.set(test, e));
  }
  const proof = perTime.get(0)?.get('control');
  const redirects = proof?.outcome === 'answered';
  const facts = [...perTime]
    .filter(([sec]) => sec > 0)
    .map(([sec, tests]) => (redirects ? readRedirected(all, sec, tests) : readAgain(sec, tests, context)))
    .sort((a, b) => a.sec - b.sec);
  return { ids, proof, redirects, facts };
}

export function classifyLifetime(all: readonly Evidence[], context: LifetimeContext): Finding<number | null> {
  const { ids, proof, redirects, facts } = readLifetimeTests(all, context);
  const open = (reason: string): Finding<null> => ({ value: null, confidence: 0, reason, evidence: ids });
  if (ids.length === 0) return open(context.notAsked);
  if (context.unfiltered) return open('no NAT and no filter: there is nothing that could expire');
  const finding = bracket(facts, redirects);
  if (redirects) return { ...finding, evidence: ids };
  return { ...finding, reason: `${finding.reason}; ${whyNotRedirected(proof)}`, evidence: ids };
}

/** The answer that another socket had sent to the mapping came in, or did not while the witness got its own. */
function readRedirected(all: readonly Evidence[], plannedSec: number, tests: Tests): IdleFact {
  const unknown = (reason: string): IdleFact => {
    return { plannedSec, sec: plannedSec, value: 'unknown', reason, chanceOfError: 0 };
  };
  const [learned, asked, control] = [tests.get('learn'), tests.get('alive'), tests.get('control')];
  if (asked === undefined) {
    return unknown(
      learned?.outcome === 'answered' ? 'the test was ended before' : 'the socket got no mapping',
    );
  }
  if (asked.outcome === 'answered') {
    return {
      plannedSec,
      sec: idleSec(plannedSec, learned, asked),
      value: 'alive',
      reason: '',
      chanceOfError: 0.001,
    };
  }
  if (asked.outcome === 'refused') return unknown(`the server refused (${asked.errorCode ?? 'error'})`);
  if (asked.outcome !== 'silent') return unknown('the test did not finish');
  if (control?.outcome !== 'answered') return unknown('the control was lost at the same moment');
  // RFC 5780 §7.5: the answer goes to the address of the asking socket, so the two must share it.
  const asker = reflexiveOf(control);
  const idle = learned === undefined ? null : reflexiveOf(learned);
  if (asker === null || idle === null || asker.address !== idle.address) {
    return unknown('the test sockets have different public addresses');
  }
  const chanceOfError = chanceOfLoss(all, asked.sentMs.length);
  return { plannedSec, sec: idleSec(plannedSec, learned, asked), value: 'gone', reason: '', chanceOfError };
}

/** Asked a good deal later than planned, a mapping was idle for that long, whatever the plan says. */
function idleSec(planned: number, learned: Evidence | undefined, asked: Evidence | undefined): number {
  const [from, until] = [learned?.sentMs.at(-1), asked?.sentMs[0]];
  if (from === undefined || until === undefined) return planned;
  const spent = (until - from) / 1000;
  return spent > planned + 0.5 ? Math.round(spent) : planned;
}

/** The socket itself asked again: another public endpoint for the same destination is a new mapping. */
function readAgain(
  plannedSec: number,
  tests: Tests,
  { portAllocation }: Pick<LifetimeContext, 'portAllocation'>,
): IdleFact {
  const sec = idleSec(plannedSec, tests.get('learn'), tests.get('again'));
  const before = endpointOf(tests.get('learn'));
  const after = endpointOf(tests.get('again'));
  if (before === null || after === null) {
    return { plannedSec, sec, value: 'unknown', reason: 'no answer', chanceOfError: 0 };
  }
  if (!sameEndpoint(before, after))
    return { plannedSec, sec, value: 'gone', reason: '', chanceOfError: 0.01 };
  if (portAllocation === 'random' || portAllocation === 'sequential') {
    // A new mapping would have got another port.
    return { plannedSec, sec, value: 'alive', reason: '', chanceOfError: 0.1 };
  }
  const reason = 'the public port stayed the same, which proves nothing where ports are preserved';
  return { plannedSec, sec, value: 'unknown', reason, chanceOfError: 0 };
}

function endpointOf(e: Evidence | undefined): Endpoint | null {
  return e?.outcome === 'answered' ? reflexiveOf(e) : null;
}

function bracket(facts: readonly IdleFact[], redirects: boolean): Omit<Finding<number | null>, 'evidence'> {
  const gone = facts.find((fact) => fact.value === 'gone');
  const alive = facts.filter((fact) => fact.value === 'alive' && (gone === undefined || fact.sec < gone.sec));
  const longest = alive.at(-1);
  const later = facts.some((fact) => fact.value === 'alive' && gone !== undefined && fact.sec > gone.sec);
  const unknowns = facts.filter((fact) => fact.value === 'unknown');
  const [firstUnknown] = unknowns;
  const gaps =
    firstUnknown === undefined
      ? ''
      : `; not known after ${unknowns.map((fact) => fact.sec).join(', ')} s: ${firstUnknown.reason}`;
  if (gone === undefined && longest === undefined) {
    const reason = firstUnknown?.reason ?? 'no idle time was tested';
    return { value: null, confidence: 0, reason };
  }
  if (gone === undefined) {
    const sec = longest?.sec ?? 0;
    const confidence = cappedConfidence(longest?.chanceOfError ?? 0);
    return {
      value: sec,
      atLeast: true,
      confidence,
      reason: `at least ${sec} s: still alive after that long without traffic${gaps}`,
    };
  }
  const odd = later ? '; a longer idle one was still alive, so mappings do not all live equally long' : '';
  const short = gone.sec <= requiredSec ? ` (RFC 4787 REQ-5 asks for ${requiredSec} s or more)` : '';
  const end = `gone after ${gone.sec} s${short}${odd}${gaps}`;
  const confidence = cappedConfidence(gone.chanceOfError + (longest?.chanceOfError ?? 0) + (later ? 0.3 : 0));
  if (longest !== undefined) {
    return { value: longest.sec, confidence, reason: `alive after ${longest.sec} s without traffic, ${end}` };
  }
  // That the answer to the witness came in shows that a fresh mapping works; how long it does is open.
  if (redirects) return { value: 0, confidence, reason: `alive at once, ${end}` };
  return { value: null, confidence: 0, reason: end };
}

function whyNotRedirected(proof: Evidence | undefined): string {
  if (proof === undefined) return 'the server did not answer the test sockets';
  if (proof.outcome === 'refused') return `the server refuses RESPONSE-PORT (${proof.errorCode ?? 'error'})`;
  if (proof.notes.some((note) => note.startsWith(cameElsewhere))) return 'the server ignores RESPONSE-PORT';
  return 'the server did not answer to the port that was asked for (RESPONSE-PORT)';
}
