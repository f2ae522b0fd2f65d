/** One attempt of two agents to reach each other: carries what they tell each other, and notes how far they came. */
import { failure } from '../../../contract/failures.ts';
import type { LabAgentNews, LabIceServer } from '../../../contract/lab-agent.ts';
import type { LabCall } from '../../../contract/lab-call.ts';
import type { LabAttempt } from '../../../contract/lab-report.ts';
import { type Course, type Ended, newCourse, noteNews } from './attempt-course.ts';
import { type CallPlan, HeldCall } from './held-call.ts';
import { judgeAttempt } from './judge-attempt.ts';
import type { LabAgent } from './lab-agent.ts';
import type { LabSfu } from './lab-sfu.ts';

export interface AttemptPlan {
  readonly run: number;
  readonly path: 'direct' | 'relay' | 'sfu';
  readonly transport: 'udp' | 'tcp';
  readonly media: 'none' | 'video';
  /** The other end of both on the path `sfu`. */
  readonly sfu: LabSfu | null;
  /** For the end that offers, and for the other. */
  readonly iceServers: readonly [readonly LabIceServer[], readonly LabIceServer[]];
  readonly caFile: string;
  /** What follows where they connect. */
  readonly call: CallPlan | null;
}

/** A bound for agents that hang; checks are exhausted after six seconds where nothing answers. */
const deadlineMs = 15_000;
/** Until media have flowed steadily. */
const mediaDeadlineMs = 30_000;
const closeMs = 5_000;

export async function runAttempt(a: LabAgent, b: LabAgent, plan: AttemptPlan): Promise<LabAttempt> {
  const { run } = plan;
  const course = newCourse();
  const call = plan.call === null ? null : new HeldCall([a, b], run, plan.call);
  const said = await converse(a, b, plan, { course, call });
  const reached = judgeAttempt(said, course, { agents: [a, b], areBothAsked: areBothAsked(plan) });
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

/** An echo shows both ways at once; media flow each way by themselves. */
function areBothAsked({ media, sfu }: AttemptPlan): boolean {
  return media !== 'none' || sfu !== null;
}

/**
 * Until it is settled: the offering end has its echo, or both ends the other's media; one end knows for sure that it
 * failed, both have given up, or time is up.
 */
function converse(
  a: LabAgent,
  b: LabAgent,
  plan: AttemptPlan,
  { course, call }: { readonly course: Course; readonly call: HeldCall | null },
): Promise<(Ended | null)[]> {
  const { run, path, transport, media, sfu, iceServers, caFile } = plan;
  const both = areBothAsked(plan);
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const said: (Ended | null)[] = [null, null];
    let settled = false;
    const settle = () => {
      settled = true;
      clearTimeout(timer);
      sfu?.close(run);
      resolve(said);
    };
    const timer = setTimeout(settle, both ? mediaDeadlineMs : deadlineMs);
    const listen = (index: 0 | 1, own: LabAgent, other: LabAgent) =>
      own.listen((news) => {
        if (!('run' in news) || news.run !== run) return;
        if (sfu !== null) sfu.hear(index, news);
        else passOn(news, other);
        // What is told after that belongs to the call.
        call?.note(index, news);
        if (settled) return;
        noteNews(course, { index, news, atMs: performance.now() - startedMs, hasEcho: sfu === null });
        if (news.news !== 'ended') return;
        said[index] = news;
        const isDecided = news.outcome === 'connected' ? !both : news.conclusive;
        if (isDecided || !said.includes(null)) settle();
      });
    listen(0, a, b);
    listen(1, b, a);
    const messages =
      plan.call === null ? {} : { call: { messagesPerSec: plan.call.compiled.messagesPerSec } };
    const open = { order: 'open', run, path, transport, media, caFile, ...messages } as const;
    b.order({ ...open, iceServers: iceServers[1], offers: false });
    a.order({ ...open, iceServers: iceServers[0], offers: sfu === null });
    sfu?.open(run, [a, b], (detail) => {
      if (settled) return;
      said[0] = outOfRoom(run, detail);
      settle();
    });
  });
}

/** An end does not get into the room of the SFU. */
function outOfRoom(run: number, detail: string): Ended {
  const nothing = { selected: null, checks: {}, relayed: null };
  return {
    news: 'ended',
    run,
    outcome: 'failed',
    conclusive: true,
    ...nothing,
    code: 'signal-failed',
    detail,
  };
}

function passOn(news: LabAgentNews, to: LabAgent): void {
  if (news.news === 'description') {
    const { run, type, sdp } = news;
    to.order({ order: 'description', run, type, sdp });
  } else if (news.news === 'candidate') {
    const { run, candidate, mid } = news;
    to.order({ order: 'candidate', run, candidate, mid });
  }
}
