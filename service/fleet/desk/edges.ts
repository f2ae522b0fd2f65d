/** The sockets of this node’s members, wherever their rooms are. Pure. */
import { failure } from '../../../contract/failures.ts';
import type { SignalClientMessage } from '../../../contract/signalling.ts';
import { ExpiryQueue } from '../../../turn/server/expiry-queue.ts';
import { type LineFrame, lostCount, type RoomFrame } from './fleet-messages.ts';
import type { FleetEffect, SocketNumber } from './fleet-traffic.ts';

type Hello = Extract<SignalClientMessage, { type: 'hello' }>;

export interface Edge {
  readonly socket: SocketNumber;
  /** It is closed then, unless it says hello; null: it has. */
  dueMs: number | null;
  at:
    | { readonly kind: 'new' }
    | { readonly kind: 'finding'; readonly hello: Hello; readonly characters: number }
    /** On a room of this node. */
    | { readonly kind: 'here' }
    /** On a room of another one; frames that went there and came from there. */
    | { readonly kind: 'there'; readonly node: string; out: number; in: number };
}

export class Edges {
  readonly #emit: (effect: FleetEffect) => void;
  readonly #edges = new Map<SocketNumber, Edge>();
  readonly #due = new ExpiryQueue<Edge>(({ dueMs }) => dueMs);

  constructor(emit: (effect: FleetEffect) => void) {
    this.#emit = emit;
  }

  get all(): Edge[] {
    return [...this.#edges.values()];
  }

  /** Those whose member has been told of its room. */
  get seated(): number {
    let count = 0;
    for (const { at } of this.#edges.values()) if (at.kind === 'here' || at.kind === 'there') count += 1;
    return count;
  }

  get(socket: SocketNumber): Edge | undefined {
    return this.#edges.get(socket);
  }

  open(socket: SocketNumber, dueMs: number): void {
    const edge: Edge = { socket, dueMs, at: { kind: 'new' } };
    this.#edges.set(socket, edge);
    this.#due.add(edge);
  }

  /** Whose room is being looked for; undefined: it is closed, or none of ours. */
  bySearch(key: string): Edge | undefined {
    const edge = this.#edges.get(Number(key.slice(searchOf({ socket: '' }).length)));
    return edge?.at.kind === 'finding' ? edge : undefined;
  }

  nextDeadlineMs(): number | null {
    return this.#due.nextMs();
  }

  takeDue(nowMs: number): Edge[] {
    return this.#due.takeDue(nowMs);
  }

  /** Its room is on another node. */
  bind(edge: Edge, node: string): void {
    edge.at = { kind: 'there', node, out: 0, in: 0 };
  }

  /** The room has closed it. */
  drop(socket: SocketNumber): void {
    const edge = this.#edges.get(socket);
    if (edge !== undefined) edge.dueMs = null;
    this.#edges.delete(socket);
  }

  /** It is closed already. */
  forget(edge: Edge): void {
    this.drop(edge.socket);
    if (edge.at.kind === 'there') this.#frame(edge, edge.at, { kind: 'closed' });
  }

  /** The member is to come back, here or elsewhere. */
  hangUp(edge: Edge, reason: string): void {
    this.forget(edge);
    this.#emit({ kind: 'hang-up', socket: edge.socket, reason, again: true });
  }

  /** What it says is of no use, and to come back is none either. */
  dismiss(edge: Edge, code: 'signal-invalid' | 'room-closed', detail: string): void {
    this.forget(edge);
    const { socket } = edge;
    const { message } = failure(code, detail);
    this.#emit({ kind: 'send', socket, message: { type: 'error', code, message, n: null, fatal: true } });
    this.#emit({ kind: 'hang-up', socket, reason: code, again: false });
  }

  /** What it says goes to the node that has its room. */
  pass(edge: Edge, body: RoomFrame['body']): void {
    if (edge.at.kind === 'there') this.#frame(edge, edge.at, body);
  }

  /** What the room’s node says to it. */
  take(from: string, { line, n, body }: LineFrame): void {
    const edge = this.#edges.get(line);
    // The answer to the call may come after the first frame.
    if (edge?.at.kind === 'finding') this.bind(edge, from);
    if (edge?.at.kind !== 'there' || edge.at.node !== from) {
      this.#emit({
        kind: 'frame',
        node: from,
        frame: { to: 'room', line, n: lostCount, body: { kind: 'closed' } },
      });
      return;
    }
    if (n <= edge.at.in) return;
    if (n > edge.at.in + 1) {
      this.hangUp(edge, 'a message was lost between nodes');
      return;
    }
    edge.at.in = n;
    if (body.kind === 'send') {
      this.#emit({ kind: 'send', socket: line, message: body.message });
      return;
    }
    this.drop(line);
    this.#emit({ kind: 'hang-up', socket: line, reason: body.reason, again: body.again });
  }

  #frame(edge: Edge, at: Extract<Edge['at'], { kind: 'there' }>, body: RoomFrame['body']): void {
    at.out += 1;
    const frame: RoomFrame = { to: 'room', line: edge.socket, n: at.out, body };
    this.#emit({ kind: 'frame', node: at.node, frame });
  }
}
/** Name of the search for the room of a socket. */
export function searchOf({ socket }: { readonly socket: SocketNumber | '' }): string {
  return `line ${socket}`;
}
