/** Sockets and rooms brought together, on this node and across nodes. Pure. */
import type { RoomLimits } from '../../rooms/room-limits.ts';
import type { RoomEffect } from '../../rooms/room-traffic.ts';
import { type Edge, Edges, searchOf } from './edges.ts';
import type { Finder, Found } from './finder.ts';
import { type LineFrame, lostCount, type RoomCall, type RoomFrame } from './fleet-messages.ts';
import type { DisownReason, FleetEffect, FleetInput } from './fleet-traffic.ts';
import type { OwnedRooms } from './owned-rooms.ts';
import type { RoomLine, RoomLines, Whereabouts } from './room-lines.ts';

/** Members do not wait longer for their welcome. */
const findMs = 8_000;

type LineCall = Extract<RoomCall, { kind: 'line' }>;
type SocketInput = Extract<FleetInput, { kind: 'opened' | 'heard' | 'babbled' | 'closed' }>;
type MediaInput = Extract<FleetInput, { kind: `media-${string}` }>;
type CarriedOut = Exclude<RoomEffect, { kind: 'refused' | 'ended' }>;

export interface EdgeDeskOptions {
  readonly limits: RoomLimits;
  readonly rooms: OwnedRooms;
  readonly lines: RoomLines;
  readonly finder: Finder;
  readonly emit: (effect: FleetEffect) => void;
}

export class EdgeDesk {
  readonly #options: EdgeDeskOptions;
  readonly #edges: Edges;
  /** Nobody is served for now: members are to look for another node. */
  isCutOff = false;

  constructor(options: EdgeDeskOptions) {
    this.#options = options;
    this.#edges = new Edges(options.emit);
  }

  get seated(): number {
    return this.#edges.seated;
  }

  nextDeadlineMs(): number | null {
    return this.#edges.nextDeadlineMs();
  }

  due(nowMs: number): void {
    for (const edge of this.#edges.takeDue(nowMs))
      this.#edges.dismiss(edge, 'signal-invalid', 'no hello came');
  }

  take(nowMs: number, input: SocketInput): void {
    if (input.kind === 'opened') {
      this.#edges.open(input.socket, nowMs + this.#options.limits.helloMs);
      return;
    }
    const edge = this.#edges.get(input.socket);
    if (edge === undefined) return;
    if (input.kind === 'closed') {
      this.#edges.forget(edge);
      this.#left(nowMs, edge);
    } else if (input.kind === 'heard') this.#heard(nowMs, edge, input);
    else if (edge.at.kind === 'new') this.#edges.dismiss(edge, 'signal-invalid', input.problem);
    else this.#pass(nowMs, edge, { kind: 'babbled', problem: input.problem });
  }

  /** Where the room of a socket is. */
  found(nowMs: number, key: string, found: Found): void {
    const edge = this.#edges.bySearch(key);
    if (edge?.at.kind !== 'finding') return;
    if (found.kind === 'here') this.#attachHere(nowMs, edge, edge.at);
    else if (found.kind === 'closed') this.#edges.dismiss(edge, 'room-closed', '');
    else if (found.kind === 'replied' && found.reply.kind === 'attached')
      this.#edges.bind(edge, found.reply.node);
    else this.#edges.hangUp(edge, 'the room cannot be reached');
  }

  /** A member of a room of this node, on a socket of another one. */
  attachFrom(nowMs: number, node: string, { room, line, hello, characters }: LineCall): void {
    const at: Whereabouts = { kind: 'there', node, line };
    if (this.#options.lines.at(at) === undefined) this.#attach(nowMs, room, at, hello, characters);
  }

  /** What a room of another node says to a socket of this one. */
  tell(from: string, frame: LineFrame): void {
    const edge = this.#edges.get(frame.line);
    if (edge?.at.kind === 'finding') this.#options.finder.stop(searchOf(edge));
    this.#edges.take(from, frame);
  }

  /** What a socket of another node says to a room of this one. */
  hear(nowMs: number, node: string, frame: RoomFrame): void {
    const { lines, rooms, emit } = this.#options;
    const line = lines.at({ kind: 'there', node, line: frame.line });
    if (line === undefined) {
      if (frame.body.kind === 'closed') return;
      const body = { kind: 'hang-up', reason: 'the room is not here', again: true } as const;
      emit({ kind: 'frame', node, frame: { to: 'line', line: frame.line, n: lostCount, body } });
      return;
    }
    const order = lines.take(line, frame);
    if (order === 'old') return;
    if (order === 'gap' || rooms.get(line.room)?.isCrowded === true) {
      lines.hangUp(line, 'a message was lost, or too many wait', true);
      rooms.feed(nowMs, line.room, { kind: 'closed', socket: line.socket });
      return;
    }
    if (frame.body.kind === 'closed') lines.remove(line);
    rooms.feed(nowMs, line.room, { ...frame.body, socket: line.socket });
  }

  takeMedia(nowMs: number, input: MediaInput): void {
    const { rooms, lines, emit } = this.#options;
    if (input.kind === 'media-failed') {
      rooms.feed(nowMs, input.room, { kind: 'media-failed', room: input.room });
      return;
    }
    const at: Whereabouts = { kind: 'media', media: input.media };
    if (input.kind === 'media-opened') {
      const { room, media } = input;
      const owned = rooms.get(room);
      if (owned === undefined) {
        emit({ kind: 'close-media', media, reason: 'the room is not here' });
        return;
      }
      const socket = owned.newSocket();
      lines.add(room, socket, at);
      rooms.feed(nowMs, room, { kind: 'media-opened', room, socket });
      return;
    }
    const line = lines.at(at);
    if (line === undefined) return;
    const { room, socket } = line;
    if (input.kind === 'media-said') {
      rooms.feed(nowMs, room, { kind: 'said', socket, message: input.message, characters: 0 });
      return;
    }
    lines.remove(line);
    rooms.feed(nowMs, room, { kind: 'closed', socket });
  }

  /** What a room of this node wants done. */
  carryOut(room: string, effect: CarriedOut): void {
    const { lines, emit } = this.#options;
    if (effect.kind === 'open-media') {
      emit(effect);
      return;
    }
    const line = lines.of(room, effect.socket);
    if (line === undefined) return;
    if (effect.kind === 'send') lines.send(line, effect.message);
    else this.#hangUpLine(line, effect.reason, false);
  }

  /** The room is not of this node any more. */
  abandon(room: string, reason: DisownReason): void {
    for (const line of this.#options.lines.ofRoom(room)) this.#hangUpLine(line, reason, reason !== 'ended');
  }

  /** A node is not heard any more, and all that went through it is uncertain; null: all of them. */
  nodeGone(nowMs: number, node: string | null): void {
    for (const edge of this.#edges.all) {
      if (edge.at.kind === 'there' && (node === null || edge.at.node === node)) {
        this.#edges.hangUp(edge, 'the node of the room is gone');
      }
    }
    for (const line of this.#options.lines.all) {
      if (line.at.kind !== 'there' || (node !== null && line.at.node !== node)) continue;
      this.#hangUpLine(line, 'the nodes lost each other', true);
      this.#options.rooms.feed(nowMs, line.room, { kind: 'closed', socket: line.socket });
    }
  }

  /** All members here are to look for another node. */
  sendAway(nowMs: number, reason: string): void {
    for (const edge of this.#edges.all) {
      this.#edges.hangUp(edge, reason);
      this.#left(nowMs, edge);
    }
  }

  #heard(nowMs: number, edge: Edge, { message, characters }: Extract<SocketInput, { kind: 'heard' }>): void {
    if (edge.at.kind !== 'new') {
      this.#pass(nowMs, edge, { kind: 'said', message, characters });
      return;
    }
    if (message.type !== 'hello') {
      this.#edges.dismiss(edge, 'signal-invalid', 'hello comes first');
      return;
    }
    if (this.isCutOff) {
      this.#edges.hangUp(edge, 'this node is cut off');
      return;
    }
    edge.dueMs = null;
    edge.at = { kind: 'finding', hello: message, characters };
    const { socket: line } = edge;
    const body: LineCall = { kind: 'line', room: message.room, line, hello: message, characters };
    this.#options.finder.start(nowMs, searchOf(edge), body, nowMs + findMs);
  }

  #pass(nowMs: number, edge: Edge, body: Exclude<RoomFrame['body'], { kind: 'closed' }>): void {
    const { lines, rooms } = this.#options;
    if (edge.at.kind === 'there') {
      this.#edges.pass(edge, body);
      return;
    }
    const line = lines.at({ kind: 'here', socket: edge.socket });
    const room = line === undefined ? undefined : rooms.get(line.room);
    if (line === undefined || room === undefined || room.isCrowded) {
      this.#edges.hangUp(edge, 'the room cannot be reached');
      this.#left(nowMs, edge);
    } else rooms.feed(nowMs, line.room, { ...body, socket: line.socket });
  }

  /** The room learns that the socket is gone. */
  #left(nowMs: number, edge: Edge): void {
    const { lines, rooms, finder } = this.#options;
    finder.stop(searchOf(edge));
    const line = lines.at({ kind: 'here', socket: edge.socket });
    if (line === undefined) return;
    lines.remove(line);
    rooms.feed(nowMs, line.room, { kind: 'closed', socket: line.socket });
  }

  #attachHere(
    nowMs: number,
    edge: Edge,
    { hello, characters }: Extract<Edge['at'], { kind: 'finding' }>,
  ): void {
    edge.at = { kind: 'here' };
    this.#attach(nowMs, hello.room, { kind: 'here', socket: edge.socket }, hello, characters);
  }

  #attach(
    nowMs: number,
    room: string,
    at: Whereabouts,
    message: LineCall['hello'],
    characters: number,
  ): void {
    const { rooms, lines } = this.#options;
    const socket = rooms.get(room)?.newSocket();
    if (socket === undefined) return;
    lines.add(room, socket, at);
    rooms.act(room, (owned) => owned.attach(nowMs, { socket, message, characters }));
  }

  #hangUpLine(line: RoomLine, reason: string, again: boolean): void {
    if (line.at.kind === 'here') this.#edges.drop(line.at.socket);
    this.#options.lines.hangUp(line, reason, again);
  }
}
