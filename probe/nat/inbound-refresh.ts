/**
 * Do packets from outside keep a mapping alive (RFC 4787 §4.3, REQ-6)? One socket makes a mapping and then is silent for
 * good, while another has the server send to it again and again. It runs beside the lifetime test, whose idle sockets
 * get nothing: what outlives them was kept alive from outside.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { Exchange, plainSpec } from './exchange.ts';
import { redirectedSpec } from './lifetime-plan.ts';
import { defaultPacing } from './pacing.ts';

export interface InboundRefreshEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

export interface InboundRefreshOptions {
  /** An endpoint that has answered over UDP before. */
  readonly server: Endpoint;
  /** Of the lifetime test, ascending, at least one. */
  readonly idleTimesSec: readonly number[];
  readonly random: RandomBytes;
}

const asker = 'refresh-asker';
const fed = 'refresh-fed';
/** Speaks up when the fed one is lost: shows that the server, RESPONSE-PORT and the path still work. */
const witness = 'refresh-witness';
/** After the last packet; what is still open then stays `pending`. */
const longestAnswerMs = 10_000;

/** Half the shortest idle time, so that a mapping that outlives that one is never without traffic for its lifetime. */
export function refreshEverySec(idleTimesSec: readonly number[]): number {
  return (idleTimesSec[0] ?? 0) / 2;
}

export class InboundRefreshTest implements Machine<InboundRefreshEvent> {
  private readonly options: InboundRefreshOptions;
  private readonly exchange: Exchange;
  private stage: 'learn' | 'feed' | 'control' | 'finished' = 'learn';
  private fedTimes = 0;

  constructor(options: InboundRefreshOptions) {
    this.options = options;
    const { server, random } = options;
    this.exchange = new Exchange({ family: familyOf(server.address), pacing: defaultPacing, random });
  }

  handle(nowMs: number, input: Input): Effect<InboundRefreshEvent>[] {
    if (this.stage === 'finished') return [{ kind: 'ignore', reason: 'finished' }];
    const { server } = this.options;
    const effects: Effect<InboundRefreshEvent>[] = [];
    if (input.kind === 'start') {
      effects.push(...this.exchange.open(nowMs, [asker, fed, witness]));
      this.exchange.book.ask([plainSpec('refresh/learn', fed, server)]);
    }
    effects.push(...this.exchange.take(nowMs, input));
    this.exchange.judgeSilence(nowMs);
    const done = this.exchange.idle && this.goOn(nowMs);
    effects.push(...this.exchange.transmit(nowMs));
    return done || nowMs >= this.abandonAtMs ? [...effects, ...this.finish()] : effects;
  }

  nextDeadlineMs(): number | null {
    if (this.stage === 'finished') return null;
    const feeding = this.stage === 'feed' && this.exchange.idle;
    const next = feeding ? this.nextFeedMs : this.abandonAtMs;
    return Math.min(this.exchange.nextDeadlineMs(), this.abandonAtMs, next);
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
    return this.exchange.evidence('r');
  }

  private get longestMs(): number {
    return 1000 * (this.options.idleTimesSec.at(-1) ?? 0);
  }

  private get abandonAtMs(): number {
    return this.startedAtMs + this.longestMs + longestAnswerMs;
  }

  /** Counted from the last packet that the fed socket sent. */
  private get fedSinceMs(): number {
    return this.exchange.asked('refresh/learn')?.sentMs.at(-1) ?? this.startedAtMs;
  }

  private get nextFeedMs(): number {
    return this.fedSinceMs + 1000 * refreshEverySec(this.options.idleTimesSec) * (this.fedTimes + 1);
  }

  /** Asks what comes next; true: nothing does. */
  private goOn(nowMs: number): boolean {
    const { server } = this.options;
    if (this.stage === 'learn') {
      this.stage = 'feed';
      return this.exchange.mappedBy('refresh/learn') === null;
    }
    if (this.stage === 'control')
      return this.askRedirected('refresh/control', witness, 'refresh/witness') === false;
    const last = this.exchange.asked(`refresh/in-${this.fedTimes}`);
    if (last !== null && last.outcome !== 'answered') {
      this.stage = 'control';
      this.exchange.book.ask([plainSpec('refresh/witness', witness, server)]);
      return false;
    }
    if (this.nextFeedMs > this.fedSinceMs + this.longestMs) return true;
    if (nowMs < this.nextFeedMs) return false;
    this.fedTimes += 1;
    return !this.askRedirected(`refresh/in-${this.fedTimes}`, fed, 'refresh/learn');
  }

  /** False when the port to ask for is not known, or it was asked already. */
  private askRedirected(purpose: string, arrivesAt: string, learnedBy: string): boolean {
    const mapped = this.exchange.mappedBy(learnedBy);
    if (mapped === null || this.exchange.asked(purpose) !== null) return false;
    const { server } = this.options;
    const spec = redirectedSpec(purpose, { server, arrivesAt, responsePort: mapped.port });
    this.exchange.book.ask([{ ...spec, socket: asker }]);
    return true;
  }

  private finish(): Effect<InboundRefreshEvent>[] {
    this.stage = 'finished';
    const finished = { kind: 'finished', evidence: this.evidence() } as const;
    return [...this.exchange.closeAll(), { kind: 'emit', event: finished }];
  }
}
