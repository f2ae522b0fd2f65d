import { type SeededRandom, seededRandom } from '../../scenarios/sim/seeded-random.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { decodeMessage } from '../../stun/message.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import type { CornerEndpoints } from '../../turn/server/corners.ts';
import type { HostileReply } from './hostile-replies.ts';

/** A server that puts one of its replies, drawn by chance, in the place of every answer of our own server. */
export class HostileServer implements Machine {
  readonly #inner: BindingServer;
  readonly #replies: readonly HostileReply[];
  readonly #random: SeededRandom;
  readonly #later: { readonly atMs: number; readonly effect: Effect }[] = [];

  constructor(endpoints: CornerEndpoints, replies: readonly HostileReply[], seed: number) {
    this.#inner = new BindingServer({ endpoints, software: 'hostile' });
    this.#replies = replies;
    this.#random = seededRandom(seed);
  }

  handle(nowMs: number, input: Input): Effect[] {
    const effects = this.#inner.handle(nowMs, input).flatMap((effect) => {
      const client = input.kind === 'received' ? input.from : null;
      return effect.kind === 'send' && client !== null ? this.#instead(nowMs, effect, client) : [effect];
    });
    const due = this.#later.filter(({ atMs }) => atMs <= nowMs);
    for (const one of due) this.#later.splice(this.#later.indexOf(one), 1);
    return [...effects, ...due.map(({ effect }) => effect)];
  }

  nextDeadlineMs(): number | null {
    return this.#later.length === 0 ? null : Math.min(...this.#later.map(({ atMs }) => atMs));
  }

  isFinished(): boolean {
    return false;
  }

  #instead(nowMs: number, honest: Extract<Effect, { kind: 'send' }>, client: Endpoint): Effect[] {
    const decoded = decodeMessage(honest.bytes);
    const reply = this.#replies[Math.floor(this.#random() * this.#replies.length)];
    if (!decoded.ok || reply === undefined) return [honest];
    const { bytes } = honest;
    const drawn = reply({ message: decoded.message, bytes, client, random: this.#random });
    return drawn.flatMap(({ bytes: sent, from, afterMs }): Effect[] => {
      const effect: Effect = { ...honest, bytes: sent, socket: from ?? honest.socket };
      if (afterMs === undefined) return [effect];
      this.#later.push({ atMs: nowMs + afterMs, effect });
      return [];
    });
  }
}
