/**
 * What decides whether two NATs can be crossed and what mapping and filtering do not show (see `punch-class.ts`): does
 * an answer leave over the session that the question came in by, and does the filter remember peers per mapping or per
 * internal endpoint? Three fresh sockets: two let the server send from elsewhere at once, and answer whatever comes in;
 * the third has spoken to the alternate server before that sends to the mapping made for the primary one.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { Exchange, plainSpec } from './exchange.ts';
import type { Change, ProbeSpec } from './nat-probe.ts';
import { defaultPacing } from './pacing.ts';

export interface PairTestEvent {
  readonly kind: 'finished';
  readonly evidence: Evidence[];
}

export interface PairTestServers {
  /** An RFC 5780 server, by its primary endpoint. */
  readonly primary: Endpoint;
  /** Its OTHER-ADDRESS, with another IP address and another port. */
  readonly other: Endpoint;
}

/** Whatever happens, it ends then; what is still open stays `pending`. */
const longestRunMs = 15_000;

const scenes = ['both', 'port', 'scope'] as const;
type Scene = (typeof scenes)[number];

const socketOf = (scene: Scene) => `pairs-${scene}`;
const changes = { both: 'change-both', port: 'change-port', scope: 'change-both' } as const satisfies Record<
  Scene,
  Change
>;

function question(scene: Scene, { primary }: PairTestServers): ProbeSpec {
  const change = changes[scene];
  return { ...plainSpec(`pairs/${scene}-question`, socketOf(scene), primary), change };
}

/** What each socket asks first. */
export function pairTestSpecs(servers: PairTestServers): ProbeSpec[] {
  return [
    question('both', servers),
    question('port', servers),
    plainSpec('pairs/scope-first', socketOf('scope'), servers.primary),
    plainSpec('pairs/scope-second', socketOf('scope'), servers.other),
  ];
}

export class PairTest implements Machine<PairTestEvent> {
  private readonly servers: PairTestServers;
  private readonly exchange: Exchange;
  private finished = false;

  constructor(servers: PairTestServers, random: RandomBytes) {
    this.servers = servers;
    this.exchange = new Exchange({
      family: familyOf(servers.primary.address),
      pacing: defaultPacing,
      random,
    });
  }

  handle(nowMs: number, input: Input): Effect<PairTestEvent>[] {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    const effects: Effect<PairTestEvent>[] = [];
    if (input.kind === 'start') {
      effects.push(...this.exchange.open(nowMs, scenes.map(socketOf)));
      this.exchange.book.ask(pairTestSpecs(this.servers));
    }
    effects.push(...this.exchange.take(nowMs, input));
    this.exchange.judgeSilence(nowMs);
    this.askMore();
    effects.push(...this.exchange.transmit(nowMs));
    const abandoned = nowMs >= this.exchange.startedAtMs + longestRunMs;
    if (!abandoned && !this.exchange.idle) return effects;
    this.finished = true;
    const done = { kind: 'finished', evidence: this.evidence() } as const;
    return [...effects, ...this.exchange.closeAll(), { kind: 'emit', event: done }];
  }

  nextDeadlineMs(): number | null {
    if (this.finished) return null;
    return Math.min(this.exchange.nextDeadlineMs(), this.exchange.startedAtMs + longestRunMs);
  }

  isFinished(): boolean {
    return this.finished;
  }

  /** Machine time of the start. */
  get startedAtMs(): number {
    return this.exchange.startedAtMs;
  }

  /** Everything asked and answered so far; times count from the start. */
  evidence(): Evidence[] {
    return this.exchange.evidence('p');
  }

  private askMore(): void {
    for (const scene of scenes) this.answerBack(scene);
    if (this.outcomeOf('scope-first') === 'answered' && this.outcomeOf('scope-second') === 'answered') {
      this.ask(question('scope', this.servers));
    }
    if (this.outcomeOf('scope-question') === 'silent') {
      // The silence counts only if the mapping that was sent to is still the one that the server saw.
      this.ask(plainSpec('pairs/scope-after', socketOf('scope'), this.servers.primary));
    }
  }

  /** To the source as it is seen here: a NAT may rewrite it where it has two sessions with one peer. */
  private answerBack(scene: Scene): void {
    const asked = this.exchange.asked(`pairs/${scene}-question`);
    if (asked?.outcome !== 'answered' || asked.from === null) return;
    const expected = scene === 'port' ? this.servers.primary : this.servers.other;
    if (asked.from.address === expected.address) {
      this.ask(plainSpec(`pairs/${scene}-answer`, socketOf(scene), asked.from));
    }
  }

  private ask(spec: ProbeSpec): void {
    if (this.exchange.asked(spec.purpose) === null) this.exchange.book.ask([spec]);
  }

  private outcomeOf(test: string): Evidence['outcome'] | null {
    return this.exchange.asked(`pairs/${test}`)?.outcome ?? null;
  }
}
