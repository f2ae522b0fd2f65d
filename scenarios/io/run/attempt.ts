/** One attempt of two agents to reach each other: carries what they tell each other, and notes how far they came. */
import { type Rung, rungs } from '../../../contract/basics.ts';
import { failure } from '../../../contract/failures.ts';
import type { LabAgentNews, LabAgentOrder, LabIceServer } from '../../../contract/lab-agent.ts';
import type { LabCall } from '../../../contract/lab-call.ts';
import type { LabAttempt, LabCandidate, LabMilestones } from '../../../contract/lab-report.ts';
import { toldCandidates } from '../../scenario/told-candidates.ts';
import { type CallPlan, HeldCall } from './held-call.ts';
import type { LabAgent } from './lab-agent.ts';

export interface AttemptPlan {
  readonly run: number;
  readonly path: 'direct' | 'relay';
  /** For the end that offers, and for the other. */
  readonly iceServers: readonly [readonly LabIceServer[], readonly LabIceServer[]];
  readonly caFile: string;
  /** What follows where they connect. */
  readonly call: CallPlan | null;
}

/** A bound for agents that hang; checks are exhausted after six seconds where nothing answers. */
const deadlineMs = 15_000;
const closeMs = 5_000;

type Ended = Extract<LabAgentNews, { news: 'ended' }>;

interface Course {
  /** Of the end that offers, and of the other. */
  readonly rungs: [Rung, Rung];
  milestones: { -readonly [K in keyof LabMilestones]: LabMilestones[K] };
  readonly candidates: [LabCandidate[], LabCandidate[]];
}

/** An agent on a host with very many addresses. */
const mostCandidates = 40;

export async function runAttempt(a: LabAgent, b: LabAgent, plan: AttemptPlan): Promise<LabAttempt> {
  const { run } = plan;
  const course: Course = {
    rungs: ['S0', 'S0'],
    milestones: { candidateMs: null, iceMs: null, dtlsMs: null, echoMs: null },
    candidates: [[], []],
  };
  const call = plan.call === null ? null : new HeldCall([a, b], run, plan.call);
  const said = await converse(a, b, plan, { course, call });
  const reached = judge(said, course, [a, b]);
  const attempt =
    call === null || reached.outcome !== 'connected'
      ? reached
      : { ...reached, ...(await callOf(call, plan)) };
  await Promise.all([a, b].map((agent) => agent.ask({ order: 'close', run }, 'closed', closeMs)));
  return attempt;
}

type CallResult = { readonly call: LabCall } | Pick<LabAttempt, 'outcome' | 'failure'>;

async function callOf(held: HeldCall, { call: plan }: AttemptPlan): Promise<CallResult> {
  try {
    const call = await held.hold();
    if (call !== null) return { call };
    const why = 'the client does not know calls, which the scenario asks for (docs/lab-agents.md)';
    return { outcome: 'fault', failure: failure('harness-fault', why) };
  } finally {
    await plan?.restore();
  }
}

/** Until it is settled: the offering end has its echo, one end knows for sure, both have given up, or time is up. */
function converse(
  a: LabAgent,
  b: LabAgent,
  plan: AttemptPlan,
  { course, call }: { readonly course: Course; readonly call: HeldCall | null },
): Promise<(Ended | null)[]> {
  const { run, path, iceServers, caFile } = plan;
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const said: (Ended | null)[] = [null, null];
    let settled = false;
    const timer = setTimeout(() => resolve(said), deadlineMs);
    const listen = (index: 0 | 1, own: LabAgent, other: LabAgent) =>
      own.listen((news) => {
        if (!('run' in news) || news.run !== run) return;
        const forwarded = forwardedOf(news);
        if (forwarded !== null) other.order(forwarded);
        // What is told after that belongs to the call.
        call?.note(index, news);
        if (settled) return;
        note(course, index, news, performance.now() - startedMs);
        if (news.news !== 'ended') return;
        said[index] = news;
        if (!news.conclusive && said.includes(null)) return;
        settled = true;
        clearTimeout(timer);
        resolve(said);
      });
    listen(0, a, b);
    listen(1, b, a);
    const messages =
      plan.call === null ? {} : { call: { messagesPerSec: plan.call.compiled.messagesPerSec } };
    const open = { order: 'open', run, path, caFile, ...messages } as const;
    b.order({ ...open, iceServers: iceServers[1], offers: false });
    a.order({ ...open, iceServers: iceServers[0], offers: true });
  });
}

function forwardedOf(news: LabAgentNews): LabAgentOrder | null {
  if (news.news === 'description') {
    const { run, type, sdp } = news;
    return { order: 'description', run, type, sdp };
  }
  if (news.news === 'candidate') {
    const { run, candidate, mid } = news;
    return { order: 'candidate', run, candidate, mid };
  }
  return null;
}

/** The times are those of the offering end. */
function note(course: Course, index: 0 | 1, news: LabAgentNews, sinceStartMs: number): void {
  const atMs = Math.round(sinceStartMs * 10) / 10;
  const { milestones, rungs, candidates } = course;
  const told = toldCandidates(news, atMs);
  candidates[index].push(...told.slice(0, mostCandidates - candidates[index].length));
  if (news.news === 'reached') rungs[index] = news.rung;
  if (index === 1) return;
  if (news.news === 'reached') {
    if (news.rung === 'S1') milestones.candidateMs ??= atMs;
    if (news.rung === 'S2') milestones.iceMs ??= atMs;
    if (news.rung === 'S3') milestones.dtlsMs ??= atMs;
  } else if (news.news === 'ended' && news.outcome === 'connected') {
    rungs[0] = 'S4';
    milestones.echoMs = atMs;
  }
}

function judge(said: readonly (Ended | null)[], course: Course, agents: readonly LabAgent[]): LabAttempt {
  const [offering = null] = said;
  const base = {
    rung: course.rungs[0],
    milestones: course.milestones,
    selected: offering?.selected ?? null,
    candidates: course.candidates,
    checks: said.flatMap((ended) => (ended === null ? [] : [ended.checks])),
    relayed: offering?.relayed ?? null,
  };
  const of = (outcome: Ended['outcome']) => said.find((ended) => ended?.outcome === outcome) ?? null;
  const connected = of('connected');
  if (connected !== null) return { ...base, outcome: 'connected', failure: null };
  const fault = of('fault');
  const failed = said.find((ended) => ended?.outcome === 'failed' && ended.conclusive) ?? null;
  // Where ICE stands at both ends it is DTLS that does not come up, which no NAT is to blame for; where it stands at one
  // end only there is no way that both agree on (RFC 8445 §8.1.1: the controlling end nominates).
  const stood = course.rungs.every((rung) => rungs.indexOf(rung) >= rungs.indexOf('S2'));
  if (fault === null && (failed !== null || !(said.includes(null) || stood))) {
    const { code, detail } = failed ?? of('failed') ?? { code: null, detail: '' };
    return { ...base, outcome: 'failed', failure: failure(code ?? 'ice-failed', detail) };
  }
  const ends = agents.map(({ complaints }, index) =>
    [said[index] === null ? 'silent' : 'gave up', `at ${course.rungs[index]}`, complaints].join(' ').trim(),
  );
  const why = fault?.detail ?? `no outcome in time: ${ends.join(', ')}`;
  return {
    ...base,
    outcome: 'fault',
    failure: failure(fault?.code ?? (stood ? 'dtls-failed' : 'harness-fault'), why.trim().slice(0, 500)),
  };
}
