import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, SocketId } from '../../stun/machine.ts';
import { transactionKey } from '../../stun/message.ts';
import { Allocation, type Relay } from './allocation.ts';
import { type Answer, reasons, refuse, succeed } from './answer.ts';
import type { Call, Desk } from './desk.ts';
import { type BoundRelay, RelaySlot } from './relay-slot.ts';
import { releaseAllocation } from './release.ts';
import type { AllocatePlan } from './requests/allocate.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

type Effects = Effect<TurnServerEvent>[];

interface Opening {
  readonly call: Call;
  readonly plan: AllocatePlan;
  readonly allocation: Allocation;
  readonly slots: readonly RelaySlot[];
}

export interface OpenStep {
  readonly effects: Effects;
  /** The request that has come to its end, with its answer. */
  readonly done: { readonly call: Call; readonly answer: Answer } | null;
}

/** Carries Allocate requests from the plan to the answer; binding sockets takes a while. */
export class AllocationOpener {
  readonly #openings = new Map<SocketId, Opening>();
  #sockets = 0;

  /** The effects open sockets, and `onOpened` or `onFailed` go on from there. */
  begin(desk: Desk, call: Call, plan: AllocatePlan): OpenStep {
    const { nowMs, tuple, account, message } = call;
    const transaction = transactionKey(message.transactionId);
    const allocation = new Allocation({ tuple, account, transaction, nowMs });
    desk.table.add(allocation);
    const slots = plan.sockets.map(
      (wanted) =>
        new RelaySlot({ ...wanted, addresses: desk.addresses, nextSocket: () => this.#nextSocket() }),
    );
    const opening = { call, plan, allocation, slots };
    return this.#goOn(
      desk,
      call.nowMs,
      opening,
      slots.flatMap((slot) => slot.attempt()),
    );
  }

  /** Null: no socket that is being opened here. */
  onOpened(desk: Desk, nowMs: number, socket: SocketId, local: Endpoint): OpenStep | null {
    const opening = this.#openings.get(socket);
    if (opening === undefined) return null;
    for (const slot of opening.slots) slot.onOpened(socket, local);
    return this.#goOn(desk, nowMs, opening, []);
  }

  onFailed(desk: Desk, nowMs: number, socket: SocketId): OpenStep | null {
    const opening = this.#openings.get(socket);
    if (opening === undefined) return null;
    this.#forget(opening);
    const slot = opening.slots.find(({ sockets }) => sockets.includes(socket));
    return this.#goOn(desk, nowMs, opening, slot?.onFailed() ?? []);
  }

  /** The client is gone before its sockets were there. */
  abandon(desk: Desk, nowMs: number, allocation: Allocation): Effects {
    const opening = [...this.#openings.values()].find((each) => each.allocation === allocation);
    if (opening === undefined) return [];
    this.#forget(opening);
    return [
      ...opening.slots.flatMap((slot) => slot.abandon()),
      ...releaseAllocation(desk, nowMs, allocation, 'stream-closed'),
    ];
  }

  #goOn(desk: Desk, nowMs: number, opening: Opening, effects: Effects): OpenStep {
    const { slots } = opening;
    if (slots.some(({ state }) => state === 'opening')) {
      for (const slot of slots) for (const socket of slot.sockets) this.#openings.set(socket, opening);
      return { effects, done: null };
    }
    this.#forget(opening);
    const settled = this.#settle(desk, nowMs, opening);
    return {
      effects: [...effects, ...settled.effects],
      done: { call: opening.call, answer: settled.answer },
    };
  }

  #settle(desk: Desk, nowMs: number, opening: Opening): { answer: Answer; effects: Effects } {
    const { allocation, plan, call, slots } = opening;
    const open = slots.filter(({ state }) => state === 'open');
    // RFC 8656 s7.2: of two families one may fail; the answer then says which.
    const bound = [plan.reserved, ...open.map((slot) => slot.bound[0])].filter(isBound);
    if (bound.length === 0) {
      const closing = slots.flatMap((slot) => slot.abandon());
      return {
        answer: refuse(508),
        effects: [...closing, ...releaseAllocation(desk, nowMs, allocation, 'stopped')],
      };
    }
    const relays = bound.map((relay) => makeRelay(relay, nowMs + plan.lifetimeSec * 1000));
    desk.table.open(allocation, relays);
    const second = slots[0]?.bound[1];
    const token = second === undefined ? null : desk.reservations.keep(nowMs, call.account.username, second);
    const failed = slots.filter(({ state }) => state === 'failed').map(({ family }) => family);
    const attributes: Attribute[] = [
      ...relays.map(({ relayed }): Attribute => ({ name: 'XOR-RELAYED-ADDRESS', value: relayed })),
      ...failed.map((family): Attribute => {
        const served = desk.addresses.some((address) => address.family === family);
        const code = served ? 508 : 440;
        return { name: 'ADDRESS-ERROR-CODE', value: { family, code, reason: reasons[code] } };
      }),
      { name: 'LIFETIME', value: plan.lifetimeSec },
      ...(token === null ? [] : [{ name: 'RESERVATION-TOKEN', value: token } as const]),
      { name: 'XOR-MAPPED-ADDRESS', value: call.tuple.client },
      ...(plan.mobile ? [{ name: 'MOBILITY-TICKET', value: desk.tickets.issue(allocation) } as const] : []),
    ];
    allocation.answer = succeed(attributes);
    return { answer: allocation.answer, effects: [{ kind: 'emit', event: allocatedEvent(allocation) }] };
  }

  #nextSocket(): SocketId {
    this.#sockets += 1;
    return `relay:${this.#sockets}`;
  }

  #forget(opening: Opening): void {
    for (const slot of opening.slots) for (const socket of slot.sockets) this.#openings.delete(socket);
  }
}

function isBound(relay: BoundRelay | null | undefined): relay is BoundRelay {
  return relay !== null && relay !== undefined;
}

function makeRelay(bound: BoundRelay, expiresMs: number): Relay {
  const relayed = { address: bound.address.external, port: bound.local.port };
  return { ...bound, relayed, expiresMs };
}

function allocatedEvent({ account, tuple, relays }: Allocation): TurnServerEvent {
  return {
    kind: 'allocated',
    username: account.username,
    client: tuple.client,
    transport: tuple.transport,
    relayed: relays.map(({ relayed }) => relayed),
  };
}
