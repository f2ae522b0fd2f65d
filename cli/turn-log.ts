import { formatEndpoint } from '../stun/endpoint.ts';
import type { TurnServerEvent } from '../turn/server/turn-server-event.ts';

export type LogLevel = 'silent' | 'warn' | 'info';

/** What `polynya turn serve` logs: JSON lines without secrets. Usernames and addresses are what operators ask for. */
export class TurnLog {
  readonly #level: LogLevel;
  readonly #write: (line: string) => void;

  constructor(level: LogLevel, write: (line: string) => void) {
    this.#level = level;
    this.#write = write;
  }

  event(event: TurnServerEvent): void {
    const { kind, ...facts } = event;
    // 401 and 438 are steps of every login, and strangers can cause any number of them.
    if (event.kind === 'refused' && event.username === null) return;
    const level = event.kind === 'refused' || event.kind === 'peer-refused' ? 'warn' : 'info';
    this.#line(level, kind, {
      ...facts,
      client: event.client === null ? null : formatEndpoint(event.client),
    });
  }

  note(level: 'warn' | 'info', message: string): void {
    this.#line(level, 'note', { message });
  }

  #line(level: 'warn' | 'info', event: string, facts: object): void {
    if (this.#level === 'silent' || (this.#level === 'warn' && level === 'info')) return;
    this.#write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...facts })}\n`);
  }
}
