/**
 * Does the NAT turn packets back that are sent from inside to one of its own mappings (RFC 4787 §6, REQ-9)? Two
 * sockets with a mapping each send to the other's public endpoint. Never from a socket to its own mapping: such a
 * packet has equal source and destination behind the NAT, which firewalls take for a LAND attack.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, familyOf, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { Exchange, plainSpec } from './exchange.ts';
import type { ProbeSpec } from './nat-probe.ts';
import { defaultPacing } from './pacing.ts';

export interface HairpinEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

/** Whatever happens, it ends then; what is still open stays `pending`. */
const longestRunMs = 15_000;

/** The two sockets, and what each asks of the server. */
export function hairpinServerSpecs(stage: 'learn' | 'control' | 'after', server: Endpoint): ProbeSpec[] {
  return sides.map((side) => plainSpec(`hairpin/${side}-${stage}`, socketOf(side), server));
}

type Side = 'a' | 'b';
const sides: readonly Side[] = ['a', 'b'];
const socketOf = (side: Side) => `hairpin-${side}`;

export class HairpinTest implements Machine<HairpinEvent> {
  private readonly server: Endpoint;
  private readonly exchange: Exchange;
  private stage: 'learn' | 'turn' | 'after' | 'finished' = 'learn';

  /** @param server an endpoint that has answered over UDP before */
  constructor(server: Endpoint, random: RandomBytes) {
    this.server = server;
    this.exchange = new Exchange({ family: familyOf(server.address), pacing: defaultPacing, random });
  }

  handle(nowMs: number, input: Input): Effect<HairpinEvent>[] {
    if (this.stage === 'finished') return [{ kind: 'ignore', reason: 'finished' }];
    const effects: Effect<HairpinEvent>[] = [];
    if (input.kind === 'start') {
      effects.push(...this.exchange.open(nowMs, sides.map(socketOf)));
      this.exchange.book.ask(hairpinServerSpecs('learn', this.server));
    }
    effects.push(...this.exchange.take(nowMs, input));
    this.exchange.judgeSilence(nowMs);
    const abandoned = nowMs >= this.exchange.startedAtMs + longestRunMs;
    const done = abandoned || (this.exchange.idle && !this.askMore());
    effects.push(...this.exchange.transmit(nowMs));
    return done ? [...effects, ...this.finish()] : effects;
  }

  nextDeadlineMs(): number | null {
    if (this.stage === 'finished') return null;
    return Math.min(this.exchange.nextDeadlineMs(), this.exchange.startedAtMs + longestRunMs);
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
    return this.exchange.evidence('h');
  }

  /** The next stage once one is settled; false: there is none. */
  private askMore(): boolean {
    const { book } = this.exchange;
    if (this.stage === 'learn') {
      const [a, b] = [this.publicEndpoint('a'), this.publicEndpoint('b')];
      if (a === null || b === null) return false;
      this.stage = 'turn';
      // Both directions at once: what A sends to B's mapping is also what opens A's own filter towards B.
      book.ask([
        { ...plainSpec('hairpin/a-to-b', socketOf('a'), b), arrivesAt: socketOf('b') },
        { ...plainSpec('hairpin/b-to-a', socketOf('b'), a), arrivesAt: socketOf('a') },
        ...hairpinServerSpecs('control', this.server),
      ]);
      return true;
    }
    if (this.stage === 'turn' && !this.cameThrough) {
      this.stage = 'after';
      book.ask(hairpinServerSpecs('after', this.server));
      return true;
    }
    return false;
  }

  private get cameThrough(): boolean {
    return ['hairpin/a-to-b', 'hairpin/b-to-a'].some((p) => this.exchange.asked(p)?.outcome === 'answered');
  }

  /** Null: not learned, not translated (nothing to turn back), or nowhere that a packet may be sent to. */
  private publicEndpoint(side: Side): Endpoint | null {
    const mapped = this.exchange.mappedBy(`hairpin/${side}-learn`);
    const local = this.exchange.book.locals.get(socketOf(side));
    if (mapped === null || local === undefined || sameEndpoint(mapped, local)) return null;
    return mayName(this.server, mapped) ? mapped : null;
  }

  private finish(): Effect<HairpinEvent>[] {
    this.stage = 'finished';
    return [
      ...this.exchange.closeAll(),
      { kind: 'emit', event: { kind: 'finished', evidence: this.evidence() } },
    ];
  }
}
