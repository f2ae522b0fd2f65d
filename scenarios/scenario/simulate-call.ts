/**
 * A call of a scenario in memory, once a cell has connected: numbered messages in both directions on the virtual clock,
 * while the steps of the timeline change the networks. Judged as the calls of real agents are.
 */
import type { LabLinkState } from '../../contract/lab-agent.ts';
import type { LabCall } from '../../contract/lab-call.ts';
import { analyseCall } from '../call/analyse-call.ts';
import type { CallEvent, CallLog } from '../call/call-log.ts';
import { RestartPolicy } from '../call/restart-policy.ts';
import type { Cell, CompiledScenario } from './compile.ts';
import type { CompiledCall } from './compile-call.ts';
import { serversFor } from './named-servers.ts';
import type { SimEnd } from './sim-connection.ts';
import { SimPath } from './sim-path.ts';
import { SimWorld } from './sim-world.ts';

/** So long nothing comes before an application takes it for an outage; as Polynya's agent has it. */
const silentMs = 2_000;
/** No pair of networks that connects at all takes longer. */
const connectMs = 10_000;
const ends = [0, 1] as const;

/** One end's messages. */
interface Side {
  readonly sent: number[];
  readonly received: [number, number][];
  heardMs: number;
  isSilent: boolean;
}

const fresh = (): Side => ({ sent: [], received: [], heardMs: 0, isSilent: false });

/** Null: it did not connect this time. */
export function simulateCall(
  compiled: CompiledScenario,
  call: CompiledCall,
  cell: Cell,
  seed: number,
): LabCall | null {
  const world = new SimWorld(compiled, seed);
  const path = new SimPath(world, cell, serversFor(cell.path, compiled.named));
  path.connect();
  while (!path.stands && world.net.nowMs < connectMs) world.net.idle(10);
  return path.stands ? new SimulatedCall(world, path, call).hold() : null;
}

class SimulatedCall {
  readonly #world: SimWorld;
  readonly #path: SimPath;
  readonly #call: CompiledCall;
  readonly #sides: readonly [Side, Side] = [fresh(), fresh()];
  readonly #policy: RestartPolicy;
  readonly #links: { atMs: number; state: LabLinkState }[] = [];
  readonly #restarts: number[] = [];
  #isTalking = false;

  constructor(world: SimWorld, path: SimPath, call: CompiledCall) {
    this.#world = world;
    this.#path = path;
    this.#call = call;
    this.#policy = new RestartPolicy(call.restart);
    path.onTold = (end, text) => this.#hear(end, Number.parseInt(text, 10));
  }

  hold(): LabCall {
    const { net } = this.#world;
    const { steps, lastsMs, messagesPerSec, restart } = this.#call;
    const startMs = net.nowMs;
    const waiting = [...steps];
    const events: CallEvent[] = [];
    this.#talk(true);
    while (net.nowMs < startMs + lastsMs) {
      for (let next = waiting[0]; next && startMs + next.atMs <= net.nowMs; next = waiting[0]) {
        waiting.shift();
        const { step, recoverWithin } = next;
        events.push({ atMs: net.nowMs, do: step.do, site: 'site' in step ? step.site : null, recoverWithin });
        if (step.do === 'hold' || step.do === 'resume') this.#talk(step.do === 'resume');
        this.#world.perform(next);
        this.#path.afterStep(next);
      }
      if (this.#isTalking) for (const end of ends) this.#say(end);
      this.#restartIfDue();
      net.idle(1_000 / messagesPerSec);
    }
    const log: CallLog = {
      ...{ startMs, endMs: net.nowMs, ends: this.#sides },
      ...{ events, links: this.#links, restarts: this.#restarts },
    };
    return analyseCall(log, { messagesPerSec, restart });
  }

  #talk(on: boolean): void {
    this.#isTalking = on;
    if (on) for (const side of this.#sides) side.heardMs = this.#world.net.nowMs;
  }

  #say(end: SimEnd): void {
    const { nowMs } = this.#world.net;
    const side = this.#sides[end];
    const number = side.sent.push(nowMs) - 1;
    this.#path.tell(end, String(number));
    if (side.isSilent || nowMs - side.heardMs < silentMs) return;
    side.isSilent = true;
    this.#note(end, 'silent');
  }

  #hear(end: SimEnd, number: number): void {
    const { nowMs } = this.#world.net;
    const side = this.#sides[end];
    side.received.push([number, nowMs]);
    side.heardMs = nowMs;
    if (!side.isSilent) return;
    side.isSilent = false;
    this.#note(end, 'talking');
  }

  #note(end: SimEnd, state: LabLinkState): void {
    this.#links.push({ atMs: this.#world.net.nowMs, state });
    this.#policy.note(end, state);
  }

  #restartIfDue(): void {
    const { nowMs } = this.#world.net;
    if (!this.#policy.take(nowMs)) return;
    this.#restarts.push(nowMs);
    this.#path.connect();
  }
}
