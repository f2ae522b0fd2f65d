/** One end of a connection between two agents: the lab’s own client, which is told what the other end says. */
import type { JobOutcome, JobWork, PairOrder } from '../../contract/fleet/agent-signal.ts';
import type { LabIceServer } from '../../contract/lab-agent.ts';
import { type LabAgentNews, type LabAgentOrder, labAgentNewsSchema } from '../../contract/lab-agent.ts';
import { isTurn, type ProbeTarget } from '../../probe/target.ts';
import { admitOrder } from '../../service/agents/judge/pair-order.ts';
import { urlHost } from '../../service/loopback.ts';
import { type ChildLines, startChild } from './child-lines.ts';
import { failed, targetsOf } from './job-targets.ts';
import type { OwnReach } from './own-reach.ts';
import { type PairCourse, pairReport } from './pair-report.ts';

type PairWork = Extract<JobWork, { kind: 'pair' }>;

export interface PairTalk {
  /** To the other end. */
  say(news: LabAgentNews): void;
  /** From it, from now on; what came before is told at once. */
  listen(listener: (said: PairOrder) => void): void;
}

export interface PairSetting {
  readonly which: { readonly job: string };
  readonly reach: OwnReach;
  readonly signal: AbortSignal;
  readonly name: string;
  readonly region: string;
  readonly talk: PairTalk;
}

/** From the offer to the message that came back. */
const attemptMs = 20_000;
/** To give back what it has. */
const closeMs = 4_000;
/** The client serves one attempt. */
const run = 1;

export async function doPair(work: PairWork, setting: PairSetting): Promise<JobOutcome> {
  const iceServers = await iceServersOf(work, setting.reach);
  const wanted = work.path === 'relay' ? 'turn' : 'stun';
  const known = iceServers.some(({ urls }) => urls.some((url) => url.startsWith(wanted)));
  if (!known && work.path === 'relay') {
    return failed('job-not-possible', 'a relayed path needs a TURN server over UDP or TCP', false);
  }
  const startedAt = new Date();
  const course = await attempt(work, setting, iceServers);
  if (setting.signal.aborted || course === null) return failed('cancelled', '', true);
  if (course.ended.outcome === 'fault') {
    return failed('harness-fault', course.ended.detail || (course.ended.code ?? ''), true);
  }
  return { ok: true, reports: [pairReport(work, setting, course, startedAt)], certificates: [] };
}

/** Null: it was stopped, or the client broke off. */
function attempt(
  work: PairWork,
  { signal, talk, reach }: PairSetting,
  iceServers: readonly LabIceServer[],
): Promise<PairCourse | null> {
  return new Promise((resolve) => {
    let startMs = performance.now();
    let otherGaveUp = false;
    let ownEnd: PairCourse['ended'] | null = null;
    const reached: PairCourse['reached'][number][] = [];
    const order = (what: LabAgentOrder) => child.write(JSON.stringify(what));
    let over = false;
    const finish = (ended: PairCourse['ended'] | null) => {
      if (over) return;
      over = true;
      clearTimeout(late);
      // Before it goes, the client gives its relayed address back.
      order({ order: 'close', run });
      const gone = setTimeout(() => child.kill(), closeMs);
      void child.ended.then(() => clearTimeout(gone));
      resolve(ended === null ? null : { ended, reached, durationMs: performance.now() - startMs });
    };
    const hear = (news: LabAgentNews): void => {
      if (news.news === 'closed') child.kill();
      else if (over) return;
      else if (news.news === 'ready') {
        startMs = performance.now();
        const path = work.path === 'mesh' ? 'direct' : 'relay';
        const media = { media: 'none', caFile: null } as const;
        order({ order: 'open', run, offers: work.offers, path, transport: 'udp', iceServers, ...media });
        talk.listen((said) => {
          if (said.order === 'gave-up') {
            otherGaveUp = true;
            if (ownEnd !== null) finish(ownEnd);
            return;
          }
          const admitted = admitOrder(said, reach.refuses);
          if (admitted !== null && admitted.order !== 'gave-up') order({ run, ...admitted });
        });
      } else if (news.news === 'reached') {
        reached.push({ rung: news.rung, atMs: performance.now() - startMs });
      } else if (news.news === 'description' || news.news === 'candidate') {
        talk.say(news);
      } else if (news.news === 'ended') {
        talk.say(news);
        ownEnd = news;
        // Who has given up still answers, and may yet be found by the other end.
        if (work.offers && (news.conclusive || otherGaveUp)) finish(news);
      }
    };
    const child: ChildLines = startChild(['lab', 'agent'], (line) => {
      const news = read(line);
      if (news !== null) hear(news);
    });
    const late = setTimeout(() => finish(ownEnd ?? silent), attemptMs);
    signal.addEventListener('abort', () => finish(null), { once: true });
    void child.ended.then(() => finish(null));
  });
}

/** Neither connected nor given up in time. */
const silent: PairCourse['ended'] = {
  ...{ news: 'ended', run, outcome: 'failed', conclusive: true, selected: null, checks: {} },
  ...{ relayed: null, code: 'ice-failed', detail: 'no connection in time' },
};

/** With addresses in place of names: the client must not ask a name server for what this agent may not reach. */
async function iceServersOf({ targets }: PairWork, reach: OwnReach): Promise<LabIceServer[]> {
  const usable = targetsOf(targets).filter(({ uri }) => uri.transport !== 'tls');
  const servers = await Promise.all(usable.map((target) => resolved(target, reach)));
  return servers.filter((server) => server !== null);
}

async function resolved(target: ProbeTarget, { resolve }: OwnReach): Promise<LabIceServer | null> {
  const { uri, username, credential } = target;
  const found = await resolve(uri.host);
  const [address] = found.ok ? found.addresses : [];
  if (address === undefined) return null;
  const place = `${urlHost(address)}:${uri.port}`;
  if (!isTurn(uri)) return uri.transport === 'udp' ? { urls: [`stun:${place}`] } : null;
  const login = username !== undefined && credential !== undefined ? { username, credential } : {};
  return { urls: [`turn:${place}?transport=${uri.transport}`], ...login };
}

function read(line: string): LabAgentNews | null {
  try {
    return labAgentNewsSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
