/**
 * An ICE agent reduced to what decides whether two hosts meet: a public address learned from a server, connectivity
 * checks with retransmissions, peer-reflexive addresses, and answers that count only from where was asked. Its
 * messages are words instead of STUN, since both ends and the server are models.
 */
import {
  type AddressFamily,
  type Endpoint,
  familyOf,
  formatEndpoint,
  sameEndpoint,
} from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';

export interface IceCandidate extends Endpoint {
  readonly type: 'host' | 'srflx' | 'prflx';
}

export type IceAgentEvent =
  /** Everything that can be told to the other end. */
  | { readonly kind: 'gathered'; readonly candidates: readonly IceCandidate[] }
  | { readonly kind: 'connected'; readonly local: IceCandidate; readonly remote: IceCandidate }
  /** Every candidate was checked four times and none has answered. It still answers the other end. */
  | { readonly kind: 'exhausted' }
  /** What the other end has told this one, over whichever pair. */
  | { readonly kind: 'told'; readonly text: string };

interface Check {
  /** Tells its answers from those to other checks, as a transaction id does. */
  readonly id: number;
  readonly remote: IceCandidate;
  readonly startMs: number;
  copies: number;
}

/** Offsets of the copies of one request, and how long the last one is waited for, as libjuice has them. */
const scheduleMs = [0, 500, 1_500, 3_500];
const lastAnswerMs = 300;
/** Two NATs that answer every check from a new port feed the agents new addresses without end. */
const longestMs = 6_000;
/** RFC 8445 §6.1.2.5. */
const mostPairs = 100;

const families = ['ipv4', 'ipv6'] as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class IceAgent implements Machine<IceAgentEvent> {
  readonly #server: Endpoint | null;
  readonly #aliases: readonly string[];
  readonly #checks = new Map<string, Check>();
  /** A socket for each family that the host has. */
  readonly #locals = new Map<AddressFamily, Endpoint>();
  #openings = 0;
  #reflexive: Endpoint | null = null;
  #gather: { readonly startMs: number; copies: number } | null = null;
  #state: 'gathering' | 'waiting' | 'checking' | 'exhausted' | 'connected' = 'gathering';
  #firstCheckMs = 0;
  /** Where what is told goes to: the other end of the pair that was found. */
  #selected: Endpoint | null = null;
  readonly #told: string[] = [];

  /**
   * @param server tells the public address; null: nobody does
   * @param aliases further IPv4 addresses that the host has
   */
  constructor(server: Endpoint | null, aliases: readonly string[] = []) {
    this.#server = server;
    this.#aliases = aliases;
  }

  /** Checks sent, per address. */
  get checksSent(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#checks].map(([key, { copies }]) => [key, copies]));
  }

  /** What the other end has gathered. Its deadline then is at once. */
  meet(nowMs: number, remotes: readonly IceCandidate[]): void {
    this.#firstCheckMs = nowMs;
    if (this.#state === 'waiting') this.#state = 'checking';
    for (const remote of remotes) this.#learn(nowMs, remote);
  }

  /** To the other end, at once; lost where there is no pair. @param text one word */
  tell(text: string): void {
    this.#told.push(text);
  }

  handle(nowMs: number, input: Input): Effect<IceAgentEvent>[] {
    switch (input.kind) {
      case 'start':
        return families.map((family) => ({ kind: 'open', socket: family, transport: 'udp', family }));
      case 'opened':
        this.#locals.set(familyOf(input.local.address), input.local);
        return this.#opened(nowMs);
      case 'open-failed':
        return this.#opened(nowMs);
      case 'received':
        return this.#onText(nowMs, input.from, decoder.decode(input.bytes).split(' '));
      case 'deadline':
        return this.#onDeadline(nowMs);
      default:
        // A rejected datagram is not the last word: another candidate may work.
        return [{ kind: 'ignore', reason: input.kind }];
    }
  }

  nextDeadlineMs(): number | null {
    if (this.#told.length > 0) return 0;
    if (this.#gather !== null) return dueMs(this.#gather) ?? this.#gather.startMs + longestMs;
    if (this.#state !== 'checking') return null;
    const due = [...this.#checks.values()].flatMap((check) => dueMs(check) ?? []);
    return Math.min(...due, this.#exhaustedAtMs());
  }

  isFinished(): boolean {
    return false;
  }

  #opened(nowMs: number): Effect<IceAgentEvent>[] {
    this.#openings += 1;
    if (this.#openings < families.length) return [];
    const server = this.#server;
    if (server === null || !this.#locals.has(familyOf(server.address))) return this.#gathered();
    this.#gather = { startMs: nowMs, copies: 0 };
    return [];
  }

  #exhaustedAtMs(): number {
    const ends = [...this.#checks.values()].map(
      ({ startMs }) => startMs + (scheduleMs.at(-1) ?? 0) + lastAnswerMs,
    );
    return Math.min(Math.max(this.#firstCheckMs, ...ends), this.#firstCheckMs + longestMs);
  }

  #onDeadline(nowMs: number): Effect<IceAgentEvent>[] {
    const told = this.#told.splice(0);
    if (told.length > 0) {
      const to = this.#selected;
      return to === null ? [] : told.map((text) => this.#say(to, `told ${text}`));
    }
    if (this.#gather !== null && this.#server !== null) {
      const due = dueMs(this.#gather);
      if (due === null) return this.#gathered();
      this.#gather.copies += 1;
      return [this.#say(this.#server, 'where 0')];
    }
    const effects: Effect<IceAgentEvent>[] = [];
    for (const check of this.#checks.values()) {
      const due = dueMs(check);
      if (due === null || due > nowMs) continue;
      check.copies += 1;
      effects.push(this.#say(check.remote, `check ${check.id}`));
    }
    if (this.#state === 'checking' && nowMs >= this.#exhaustedAtMs()) {
      this.#state = 'exhausted';
      effects.push({ kind: 'emit', event: { kind: 'exhausted' } });
    }
    return effects;
  }

  #onText(
    nowMs: number,
    from: Endpoint,
    [word = '', id = '', address = '', port = '']: readonly string[],
  ): Effect<IceAgentEvent>[] {
    const seen = { address, port: Number(port) };
    if (
      word === 'you' &&
      this.#gather !== null &&
      this.#server !== null &&
      sameEndpoint(from, this.#server)
    ) {
      this.#reflexive = seen;
      return this.#gathered();
    }
    if (word === 'check') {
      // RFC 8445 §7.3.1.3: who asks from an address that was not signalled has one more.
      if (this.#state === 'checking') this.#learn(nowMs, { ...from, type: 'prflx' });
      return [this.#say(from, `answer ${id} ${from.address} ${from.port}`)];
    }
    const check = this.#checks.get(formatEndpoint(from));
    // As libjuice does: data from an address that no check came from is not the other end's.
    if (word === 'told' && check !== undefined) return [{ kind: 'emit', event: { kind: 'told', text: id } }];
    // RFC 8445 §7.2.5.2.1: only an answer from where was asked counts.
    if (word !== 'answer' || check?.id !== Number(id) || this.#state === 'connected') return [];
    this.#state = 'connected';
    this.#selected = check.remote;
    const event = { kind: 'connected', local: this.#typeOf(seen), remote: check.remote } as const;
    return [{ kind: 'emit', event }];
  }

  #typeOf(seen: Endpoint): IceCandidate {
    if (this.#isOwn(seen)) return { ...seen, type: 'host' };
    const signalled = this.#reflexive !== null && sameEndpoint(seen, this.#reflexive);
    return { ...seen, type: signalled ? 'srflx' : 'prflx' };
  }

  #gathered(): Effect<IceAgentEvent>[] {
    this.#gather = null;
    this.#state = 'waiting';
    const hosts = this.#own().map((local) => ({ ...local, type: 'host' }) as const);
    const reflexive = this.#reflexive;
    const srflx =
      reflexive === null || this.#isOwn(reflexive) ? [] : [{ ...reflexive, type: 'srflx' } as const];
    return [{ kind: 'emit', event: { kind: 'gathered', candidates: [...hosts, ...srflx] } }];
  }

  #own(): Endpoint[] {
    const ipv4 = this.#locals.get('ipv4');
    const more = ipv4 === undefined ? [] : this.#aliases.map((address) => ({ ...ipv4, address }));
    return [...this.#locals.values(), ...more];
  }

  #isOwn(address: Endpoint): boolean {
    return this.#own().some((local) => sameEndpoint(address, local));
  }

  #learn(nowMs: number, remote: IceCandidate): void {
    const key = formatEndpoint(remote);
    // RFC 8445 §6.1.2.2: both candidates of a pair are of one family.
    if (!this.#locals.has(familyOf(remote.address))) return;
    if (!this.#checks.has(key) && this.#checks.size < mostPairs)
      this.#checks.set(key, { id: this.#checks.size, remote, startMs: nowMs, copies: 0 });
  }

  #say(to: Endpoint, text: string): Effect<IceAgentEvent> {
    return { kind: 'send', socket: familyOf(to.address), to, bytes: encoder.encode(text) };
  }
}

/** When the next copy goes out; null: all have. */
function dueMs({ startMs, copies }: { readonly startMs: number; readonly copies: number }): number | null {
  const offset = scheduleMs[copies];
  return offset === undefined ? null : startMs + offset;
}
