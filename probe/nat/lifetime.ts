/**
 * How long does a mapping live without traffic (RFC 4787 §4.3, REQ-5)? One socket for each idle time, all at once, so
 * that the test takes as long as its longest idle time; each is asked about once, since asking may refresh.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { Exchange } from './exchange.ts';
import {
  againSpec,
  askerSocket,
  idleSocket,
  learnSpec,
  redirectedSpec,
  witnessSocket,
  witnessSpec,
} from './lifetime-plan.ts';
import { defaultPacing } from './pacing.ts';

export type LifetimeEvent =
  /** Now and then, and whenever an idle time has its result. */
  | { readonly kind: 'waiting'; readonly idleSec: number; readonly known: number; readonly of: number }
  | { readonly kind: 'finished'; readonly evidence: Evidence[] };

/** After the longest idle time; what is still open then stays `pending`. */
const longestAnswerMs = 15_000;
const reportEveryMs = 5_000;

export interface LifetimeOptions {
  /** An endpoint that has answered over UDP before. */
  readonly server: Endpoint;
  /** Seconds, ascending, each once. Empty: only whether RESPONSE-PORT works is found out. */
  readonly idleTimesSec: readonly number[];
  readonly random: RandomBytes;
}

export class LifetimeTest implements Machine<LifetimeEvent> {
  private readonly options: LifetimeOptions;
  private readonly exchange: Exchange;
  private stage: 'learn' | 'proof' | 'idle' | 'finished' = 'learn';
  /** Does the server send answers to the port that is asked for? */
  private redirects = false;
  private readonly askedAbout = new Set<number>();
  private readonly controlled = new Set<number>();
  private reportAtMs = 0;
  private reportedKnown = 0;

  constructor(options: LifetimeOptions) {
    this.options = options;
    const { server, random } = options;
    this.exchange = new Exchange({ family: familyOf(server.address), pacing: defaultPacing, random });
  }

  handle(nowMs: number, input: Input): Effect<LifetimeEvent>[] {
    if (this.stage === 'finished') return [{ kind: 'ignore', reason: 'finished' }];
    const effects: Effect<LifetimeEvent>[] = [];
    const { server, idleTimesSec } = this.options;
    if (input.kind === 'start') {
      const sockets = [askerSocket, witnessSocket, ...idleTimesSec.map(idleSocket)];
      effects.push(...this.exchange.open(nowMs, sockets));
      this.exchange.book.ask([0, ...idleTimesSec].map((sec) => learnSpec(sec, server)));
      this.reportAtMs = nowMs + reportEveryMs;
    }
    effects.push(...this.exchange.take(nowMs, input));
    this.exchange.judgeSilence(nowMs);
    this.moveOn();
    if (this.stage === 'idle') this.askDue(nowMs);
    effects.push(...this.exchange.transmit(nowMs), ...this.report(nowMs));
    if (this.isDone || nowMs >= this.abandonAtMs) effects.push(...this.finish());
    return effects;
  }

  nextDeadlineMs(): number | null {
    if (this.stage === 'finished') return null;
    const due = this.stage === 'idle' ? this.waitingFor.map((sec) => this.dueAtMs(sec)) : [];
    return Math.min(this.exchange.nextDeadlineMs(), this.reportAtMs, this.abandonAtMs, ...due);
  }

  isFinished(): boolean {
    return this.stage === 'finished';
  }

  /** Machine time of the start. */
  get startedAtMs(): number {
    return this.exchange.startedAtMs;
  }

  /** Everything asked and answered so far; times count from the start. */
  evidence(): Evidence[] {
    return this.exchange.evidence('l');
  }

  private get abandonAtMs(): number {
    return this.startedAtMs + 1000 * Math.max(0, ...this.options.idleTimesSec) + longestAnswerMs;
  }

  /** First the mappings, then one try of RESPONSE-PORT without any idle time, then the wait. */
  private moveOn(): void {
    if (this.stage === 'learn' && this.exchange.idle) {
      this.stage = this.askRedirected('lifetime-0/control', witnessSocket, 'lifetime-0/learn')
        ? 'proof'
        : 'idle';
    }
    if (this.stage === 'proof' && this.exchange.idle) {
      this.redirects = this.exchange.asked('lifetime-0/control')?.outcome === 'answered';
      this.stage = 'idle';
    }
  }

  private askDue(nowMs: number): void {
    const { server } = this.options;
    for (const sec of this.waitingFor) {
      if (nowMs < this.dueAtMs(sec)) continue;
      this.askedAbout.add(sec);
      if (!this.redirects) this.exchange.book.ask([againSpec(sec, server)]);
      else {
        this.askRedirected(`${idleSocket(sec)}/alive`, idleSocket(sec), `${idleSocket(sec)}/learn`);
        this.exchange.book.ask([witnessSpec(sec, server)]);
      }
    }
    for (const sec of this.askedAbout) {
      if (this.controlled.has(sec) || this.exchange.asked(`${idleSocket(sec)}/witness`)?.open !== false)
        continue;
      this.controlled.add(sec);
      this.askRedirected(`${idleSocket(sec)}/control`, witnessSocket, `${idleSocket(sec)}/witness`);
    }
  }

  /** False when the port to ask for is not known. */
  private askRedirected(purpose: string, arrivesAt: string, learnedBy: string): boolean {
    const mapped = this.exchange.mappedBy(learnedBy);
    if (mapped === null) return false;
    const { server } = this.options;
    this.exchange.book.ask([redirectedSpec(purpose, { server, arrivesAt, responsePort: mapped.port })]);
    return true;
  }

  /** Idle times not asked about yet whose socket has a mapping. */
  private get waitingFor(): number[] {
    return this.options.idleTimesSec.filter(
      (sec) => !this.askedAbout.has(sec) && this.exchange.mappedBy(`${idleSocket(sec)}/learn`) !== null,
    );
  }

  /** Counted from the last packet that the socket sent, answered or not: each refreshes the mapping (REQ-6). */
  private dueAtMs(sec: number): number {
    const learned = this.exchange.asked(`${idleSocket(sec)}/learn`);
    return (learned?.sentMs.at(-1) ?? this.startedAtMs) + 1000 * sec;
  }

  private get isDone(): boolean {
    return this.stage === 'idle' && this.waitingFor.length === 0 && this.exchange.idle;
  }

  private report(nowMs: number): Effect<LifetimeEvent>[] {
    const { idleTimesSec } = this.options;
    const known = idleTimesSec.filter((sec) => {
      const tests = ['alive', 'again'].map((test) => this.exchange.asked(`${idleSocket(sec)}/${test}`));
      return tests.some((probe) => probe?.open === false);
    }).length;
    if (nowMs < this.reportAtMs && known === this.reportedKnown) return [];
    this.reportedKnown = known;
    if (nowMs >= this.reportAtMs) this.reportAtMs = nowMs + reportEveryMs;
    const idleSec = Math.floor((nowMs - this.startedAtMs) / 1000);
    return [{ kind: 'emit', event: { kind: 'waiting', idleSec, known, of: idleTimesSec.length } }];
  }

  private finish(): Effect<LifetimeEvent>[] {
    this.stage = 'finished';
    return [
      ...this.exchange.closeAll(),
      { kind: 'emit', event: { kind: 'finished', evidence: this.evidence() } },
    ];
  }
}
