/**
 * Which packets get through, by size and direction: requests made large by an attribute that the server ignores, and
 * answers made large by PADDING (RFC 5780 §7.6). In the manner of RFC 8899: only what arrives counts, ICMP is a hint.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { Exchange } from '../nat/exchange.ts';
import { defaultPacing } from '../nat/pacing.ts';
import { controlSpec, mtuControl, mtuSocket, sizeSpecs } from './mtu-plan.ts';

export interface MtuTestEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

const longestRunMs = 20_000;

export class MtuTest implements Machine<MtuTestEvent> {
  private readonly server: Endpoint;
  private readonly exchange: Exchange;
  private stage: 'control' | 'sizes' | 'finished' = 'control';

  /** @param server an endpoint that has answered over UDP before */
  constructor(server: Endpoint, random: RandomBytes) {
    this.server = server;
    this.exchange = new Exchange({ family: familyOf(server.address), pacing: defaultPacing, random });
  }

  handle(nowMs: number, input: Input): Effect<MtuTestEvent>[] {
    if (this.stage === 'finished') return [{ kind: 'ignore', reason: 'finished' }];
    const effects: Effect<MtuTestEvent>[] = [];
    if (input.kind === 'start') {
      effects.push(...this.exchange.open(nowMs, [mtuSocket]));
      this.exchange.book.ask([controlSpec(this.server)]);
    }
    effects.push(...this.exchange.take(nowMs, input));
    this.exchange.judgeSilence(nowMs);
    const abandoned = nowMs >= this.startedAtMs + longestRunMs;
    const done = abandoned || (this.exchange.idle && !this.askSizes());
    effects.push(...this.exchange.transmit(nowMs));
    if (!done) return effects;
    this.stage = 'finished';
    const finished = { kind: 'finished', evidence: this.evidence() } as const;
    return [...effects, ...this.exchange.closeAll(), { kind: 'emit', event: finished }];
  }

  nextDeadlineMs(): number | null {
    if (this.stage === 'finished') return null;
    return Math.min(this.exchange.nextDeadlineMs(), this.startedAtMs + longestRunMs);
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
    return this.exchange.evidence('m');
  }

  /** All sizes at once, so that the first copies leave before anything has been learned of the path. */
  private askSizes(): boolean {
    if (this.stage !== 'control') return false;
    this.stage = 'sizes';
    const [control] = this.evidence();
    if (control?.purpose !== mtuControl || control.outcome !== 'answered') return false;
    this.exchange.book.ask(sizeSpecs(this.server, control.receivedBytes ?? 0));
    return true;
  }
}
