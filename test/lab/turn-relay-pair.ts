import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { AllocationClient, type AllocationClientOptions } from '../../turn/client/allocation-client.ts';
import type { AllocationEvent } from '../../turn/client/allocation-event.ts';

type Side = 'a' | 'b';
export interface PairEvent {
  readonly side: Side;
  readonly event: AllocationEvent;
}

/**
 * Two allocations that talk to each other through their relays: `a` permits `b` and sends Send indications, `b`
 * binds a channel. `a` says ping, `b` answers pong, then both are released.
 */
export class RelayPair implements Machine<PairEvent> {
  readonly #clients: Readonly<Record<Side, AllocationClient>>;
  readonly #relayed: Partial<Record<Side, Endpoint>> = {};
  readonly #ready = new Set<Side>();

  constructor(options: AllocationClientOptions) {
    this.#clients = {
      a: new AllocationClient({ ...options, socket: 'a' }),
      b: new AllocationClient({ ...options, socket: 'b' }),
    };
  }

  handle(nowMs: number, input: Input): Effect<PairEvent>[] {
    const sides: readonly Side[] =
      input.kind === 'start' || input.kind === 'deadline' ? ['a', 'b'] : [input.socket === 'a' ? 'a' : 'b'];
    return sides.flatMap((side) => this.#pass(nowMs, side, this.#clients[side].handle(nowMs, input)));
  }

  nextDeadlineMs(): number | null {
    const deadlines = [this.#clients.a.nextDeadlineMs(), this.#clients.b.nextDeadlineMs()];
    const set = deadlines.filter((deadline) => deadline !== null);
    return set.length === 0 ? null : Math.min(...set);
  }

  isFinished(): boolean {
    return this.#clients.a.isFinished() && this.#clients.b.isFinished();
  }

  #pass(nowMs: number, side: Side, effects: readonly Effect<AllocationEvent>[]): Effect<PairEvent>[] {
    return effects.flatMap((effect): Effect<PairEvent>[] => {
      if (effect.kind !== 'emit') return [effect];
      const { event } = effect;
      return [{ kind: 'emit', event: { side, event } }, ...this.#react(nowMs, side, event)];
    });
  }

  #react(nowMs: number, side: Side, event: AllocationEvent): Effect<PairEvent>[] {
    const { a, b } = this.#clients;
    if (event.kind === 'allocated') this.#relayed[side] = event.relayed;
    const { a: relayedA, b: relayedB } = this.#relayed;
    if (relayedA === undefined || relayedB === undefined) return [];
    switch (event.kind) {
      case 'allocated':
        return [
          ...this.#pass(nowMs, 'a', a.createPermission(nowMs, [relayedB])),
          ...this.#pass(nowMs, 'b', b.channelBind(nowMs, relayedA)),
        ];
      case 'permitted':
      case 'bound':
        this.#ready.add(side);
        if (this.#ready.size < 2) return [];
        return this.#pass(nowMs, 'a', a.sendTo(nowMs, relayedB, Buffer.from('ping')));
      case 'data':
        if (side === 'b') return this.#pass(nowMs, 'b', b.sendTo(nowMs, relayedA, Buffer.from('pong')));
        return this.#releaseBoth(nowMs);
      case 'peer-refused':
        return this.#releaseBoth(nowMs);
      default:
        return [];
    }
  }

  #releaseBoth(nowMs: number): Effect<PairEvent>[] {
    const { a, b } = this.#clients;
    return [...this.#pass(nowMs, 'a', a.release(nowMs)), ...this.#pass(nowMs, 'b', b.release(nowMs))];
  }
}
