import { getAttribute } from '../../stun/message.ts';
import type { Passage } from './seam.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

const nothing: readonly TurnServerEvent[] = [];

/** Tells of every message of the users and client addresses that the operator has named. Contents stay untold. */
export class Tracer {
  #wanted: ReadonlySet<string> = new Set();
  #seen: TurnServerEvent[] = [];

  /** @param who user names and IP addresses of clients */
  trace(who: readonly string[]): void {
    this.#wanted = new Set(who);
  }

  get isOn(): boolean {
    return this.#wanted.size > 0;
  }

  note(direction: 'in' | 'out', { tuple, username, message, channel, bytes }: Passage): void {
    const { client, transport } = tuple;
    // A request names its user before the login has proved it.
    const name = username ?? (message === null ? null : (getAttribute(message, 'USERNAME') ?? null));
    if (!this.#wanted.has(client.address) && (name === null || !this.#wanted.has(name))) return;
    this.#seen.push({
      kind: 'traced',
      direction,
      client,
      transport,
      username: name,
      method: message?.method ?? null,
      class: message?.class ?? null,
      code: message === null ? null : (getAttribute(message, 'ERROR-CODE')?.code ?? null),
      channel,
      bytes: bytes.length,
    });
  }

  /** What was seen since the last time. */
  take(): readonly TurnServerEvent[] {
    if (this.#seen.length === 0) return nothing;
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }
}
