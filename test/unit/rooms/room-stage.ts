/** The rooms’ machine with a clock in the test’s hand; what it sends is kept per socket. */
import type { NatSummary } from '../../../contract/nat-report.ts';
import type { RoomPath } from '../../../contract/room-path.ts';
import type { Connection, SignalClientMessage, SignalServerMessage } from '../../../contract/signalling.ts';
import { RoomDesk } from '../../../service/rooms/room-desk.ts';
import { type RoomLimits, roomLimits } from '../../../service/rooms/room-limits.ts';
import type { RoomEffect, RoomInput } from '../../../service/rooms/room-traffic.ts';

type Numbered = Extract<SignalClientMessage, { n: number }>;
type Say = Numbered extends infer M ? (M extends Numbered ? Omit<M, 'n'> : never) : never;

export const joinToken = 'the-join-token-of-this-room';

export class RoomStage {
  readonly desk: RoomDesk;
  nowMs = 0;
  /** Everything that the machine did, in order. */
  readonly effects: RoomEffect[] = [];
  #nextSocket = 1;
  readonly #n = new Map<number, number>();
  readonly #told = new Map<number, SignalServerMessage[]>();

  constructor(limits: Partial<RoomLimits> = {}) {
    this.desk = new RoomDesk({ ...roomLimits, ...limits });
  }

  feed(input: RoomInput): RoomEffect[] {
    const effects = this.desk.handle(this.nowMs, input);
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.kind === 'send') this.heard(effect.socket).push(effect.message);
    }
    return effects;
  }

  create(id: string, options: { path?: RoomPath; size?: number; lifeMs?: number } = {}): RoomEffect[] {
    const { path = { kind: 'mesh' }, size = 8, lifeMs = 3_600_000 } = options;
    const times = { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T01:00:00Z' };
    return this.feed({
      kind: 'create',
      room: { id, name: '', project: 'p', path, size, lifeMs, joinToken, ...times },
    });
  }

  /** Over HTTP; the session is `session-` and the id. */
  join(room: string, id: string, token = joinToken): RoomEffect[] {
    const session = `session-${id}`;
    return this.feed({ kind: 'join', room, token, session, member: { id, name: id, kind: 'browser' } });
  }

  open(): number {
    const socket = this.#nextSocket;
    this.#nextSocket += 1;
    this.feed({ kind: 'opened', socket });
    return socket;
  }

  /** On a new socket. */
  hello(room: string, id: string, lastSeq: number | null = null, connection?: Connection): number {
    const socket = this.open();
    const own = connection === undefined ? {} : { connection };
    this.raw(socket, { type: 'hello', version: 1, room, session: `session-${id}`, lastSeq, ...own });
    return socket;
  }

  /** Joins and says hello. */
  enter(room: string, id: string): number {
    this.join(room, id);
    return this.hello(room, id);
  }

  raw(socket: number, message: SignalClientMessage): RoomEffect[] {
    return this.feed({ kind: 'said', socket, message, characters: JSON.stringify(message).length });
  }

  /** Numbered on from what was said on this socket. */
  say(socket: number, message: Say): RoomEffect[] {
    const n = (this.#n.get(socket) ?? 0) + 1;
    this.#n.set(socket, n);
    return this.raw(socket, { ...message, n });
  }

  epochBetween(room: string, a: string, b: string): number {
    const open = this.desk.room(room);
    const [one, other] = [open?.seat(a), open?.seat(b)];
    if (open === undefined || one === undefined || other === undefined)
      throw new Error(`${a}, ${b}: not there`);
    return open.pairs.epoch(one, other);
  }

  pass(ms: number): RoomEffect[] {
    this.nowMs += ms;
    return this.feed({ kind: 'due' });
  }

  /** What came on the socket since it was last asked. */
  take(socket: number): SignalServerMessage[] {
    return this.heard(socket).splice(0);
  }

  heard(socket: number): SignalServerMessage[] {
    const list = this.#told.get(socket) ?? [];
    this.#told.set(socket, list);
    return list;
  }
}

export function offer(to: string, over: Partial<Extract<Say, { type: 'offer' }>> = {}): Say {
  return { type: 'offer', to, link: 'main', epoch: 0, sdp: 'v=0', ...over };
}

/** As a tab’s test finds it. */
export function natOf(mapping: NatSummary['mapping'], over: Partial<NatSummary> = {}): NatSummary {
  return {
    mapping,
    filtering: 'address-and-port-dependent',
    behindNat: true,
    udp: 'open',
    legacy: mapping === 'endpoint-independent' ? 'port-restricted-cone' : 'symmetric',
    hairpin: 'unknown',
    portAllocation: 'random',
    ipPooling: 'unknown',
    bindingLifetimeSec: null,
    publicEndpoints: ['192.0.2.1:40000'],
    natLevels: null,
    ...over,
  };
}

export function answer(to: string, over: Partial<Extract<Say, { type: 'answer' }>> = {}): Say {
  return { type: 'answer', to, link: 'main', epoch: 0, sdp: 'v=0', ...over };
}

export function candidate(to: string, over: Partial<Extract<Say, { type: 'candidate' }>> = {}): Say {
  const line = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0' };
  return { type: 'candidate', to, link: 'main', epoch: 0, candidate: line, ...over };
}
