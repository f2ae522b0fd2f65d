/** A call between two agents that have connected: messages both ways, the steps of the timeline, and what came of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import type { LabCall } from '../../../contract/lab-call.ts';
import { analyseCall } from '../../call/analyse-call.ts';
import type { CallEvent, CallLog } from '../../call/call-log.ts';
import { RestartPolicy } from '../../call/restart-policy.ts';
import type { CallStep, CompiledCall } from '../../scenario/compile-call.ts';
import type { LabAgent } from './lab-agent.ts';

export interface CallPlan {
  readonly compiled: CompiledCall;
  /** Does a step to the network or the server. */
  perform(step: CallStep): Promise<void>;
  /** Makes everything as it was before the call. */
  restore(): Promise<void>;
}

/** For the list of some thousand messages. */
const messagesMs = 10_000;

export class HeldCall {
  readonly #agents: readonly [LabAgent, LabAgent];
  readonly #run: number;
  readonly #plan: CallPlan;
  readonly #policy: RestartPolicy;
  readonly #links: { atMs: number; state: CallLog['links'][number]['state'] }[] = [];
  readonly #restarts: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;

  constructor(agents: readonly [LabAgent, LabAgent], run: number, plan: CallPlan) {
    this.#agents = agents;
    this.#run = run;
    this.#plan = plan;
    this.#policy = new RestartPolicy(plan.compiled.restart);
  }

  note(end: 0 | 1, news: LabAgentNews): void {
    if (!this.#isHeld) return;
    if (news.news === 'link') {
      this.#links.push({ atMs: Date.now(), state: news.state });
      this.#policy.note(end, news.state);
    } else if (news.news === 'ended' && news.outcome !== 'connected') this.#policy.note(end, 'failed');
    else return;
    this.#restartIfDue();
  }

  /** Null: an agent does not know calls. */
  async hold(): Promise<LabCall | null> {
    const { compiled } = this.#plan;
    const startMs = Date.now();
    const events: CallEvent[] = [];
    this.#isHeld = true;
    try {
      this.#talk(true);
      for (const step of compiled.steps) {
        await sleep(Math.max(0, startMs + step.atMs - Date.now()));
        const { do: what } = step.step;
        const site = 'site' in step.step ? step.step.site : null;
        events.push({ atMs: Date.now(), do: what, site, recoverWithin: step.recoverWithin });
        if (what === 'hold' || what === 'resume') this.#talk(what === 'resume');
        else await this.#plan.perform(step);
      }
      await sleep(Math.max(0, startMs + compiled.lastsMs - Date.now()));
    } finally {
      this.#isHeld = false;
      clearTimeout(this.#timer);
      this.#talk(false);
    }
    const endMs = Date.now();
    const ask = (agent: LabAgent) => agent.ask({ order: 'messages', run: this.#run }, 'messages', messagesMs);
    const [offering, other] = await Promise.all([ask(this.#agents[0]), ask(this.#agents[1])]);
    if (offering === null || other === null) return null;
    return analyseCall(
      { startMs, endMs, ends: [offering, other], events, links: this.#links, restarts: this.#restarts },
      { messagesPerSec: compiled.messagesPerSec, restart: compiled.restart },
    );
  }

  #talk(on: boolean): void {
    for (const agent of this.#agents) agent.order({ order: 'talk', run: this.#run, on });
  }

  #restartIfDue(): void {
    clearTimeout(this.#timer);
    if (!this.#isHeld) return;
    const nowMs = Date.now();
    if (this.#policy.take(nowMs)) {
      this.#restarts.push(nowMs);
      this.#agents[0].order({ order: 'restart', run: this.#run });
    }
    const nextMs = this.#policy.nextDeadlineMs();
    if (nextMs !== null) this.#timer = setTimeout(() => this.#restartIfDue(), nextMs - nowMs);
  }
}
