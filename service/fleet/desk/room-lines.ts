/** Where the sockets of the rooms of this node really are. Pure. */

import type { LineFrame, RoomFrame } from './fleet-messages.ts';
import type { FleetEffect, MediaNumber, SocketNumber } from './fleet-traffic.ts';

export type Whereabouts =
  | { readonly kind: 'here'; readonly socket: SocketNumber }
  | { readonly kind: 'there'; readonly node: string; readonly line: number }
  | { readonly kind: 'media'; readonly media: MediaNumber };

/** One socket of a room. */
export interface RoomLine {
  readonly room: string;
  /** As the room counts them. */
  readonly socket: number;
  readonly at: Whereabouts;
  /** Frames that went there and came from there. */
  out: number;
  in: number;
}

export class RoomLines {
  readonly #emit: (effect: FleetEffect) => void;
  readonly #bySocket = new Map<string, RoomLine>();
  readonly #byPlace = new Map<string, RoomLine>();

  constructor(emit: (effect: FleetEffect) => void) {
    this.#emit = emit;
  }

  get all(): RoomLine[] {
    return [...this.#bySocket.values()];
  }

  add(room: string, socket: number, at: Whereabouts): void {
    const line: RoomLine = { room, socket, at, out: 0, in: 0 };
    this.#bySocket.set(`${room} ${socket}`, line);
    this.#byPlace.set(placeOf(at), line);
  }

  at(place: Whereabouts): RoomLine | undefined {
    return this.#byPlace.get(placeOf(place));
  }

  of(room: string, socket: number): RoomLine | undefined {
    return this.#bySocket.get(`${room} ${socket}`);
  }

  ofRoom(room: string): RoomLine[] {
    return this.all.filter((line) => line.room === room);
  }

  remove(line: RoomLine): void {
    this.#bySocket.delete(`${line.room} ${line.socket}`);
    this.#byPlace.delete(placeOf(line.at));
  }

  /** The next frame from there? Those that came twice are `old`. */
  take(line: RoomLine, { n }: RoomFrame): 'next' | 'old' | 'gap' {
    if (n <= line.in) return 'old';
    if (n > line.in + 1) return 'gap';
    line.in = n;
    return 'next';
  }

  send(line: RoomLine, message: Extract<LineFrame['body'], { kind: 'send' }>['message']): void {
    const { at } = line;
    if (at.kind === 'here') this.#emit({ kind: 'send', socket: at.socket, message });
    else if (at.kind === 'media') this.#emit({ kind: 'media-send', media: at.media, message });
    else this.#frame(line, at, { kind: 'send', message });
  }

  /** @param again the member is to come back */
  hangUp(line: RoomLine, reason: string, again: boolean): void {
    this.remove(line);
    const { at } = line;
    if (at.kind === 'here') this.#emit({ kind: 'hang-up', socket: at.socket, reason, again });
    else if (at.kind === 'media') this.#emit({ kind: 'close-media', media: at.media, reason });
    else this.#frame(line, at, { kind: 'hang-up', reason, again });
  }

  #frame(line: RoomLine, at: Extract<Whereabouts, { kind: 'there' }>, body: LineFrame['body']): void {
    line.out += 1;
    const frame: LineFrame = { to: 'line', line: at.line, n: line.out, body };
    this.#emit({ kind: 'frame', node: at.node, frame });
  }
}

function placeOf(at: Whereabouts): string {
  if (at.kind === 'here') return `here ${at.socket}`;
  return at.kind === 'media' ? `media ${at.media}` : `${at.node} ${at.line}`;
}
