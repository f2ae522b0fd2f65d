/** A signalling session on real sockets and timers. */
import { type Say, type SessionEffect, type SessionInput, SignalSession } from '../signal-session.ts';
import type { SignalSocket } from './peer-connection.ts';

/** What the channel does not do itself: states, news, refusals, the end. */
export type ChannelEffect = Exclude<SessionEffect, { kind: 'open' | 'drop' | 'send' }>;

export interface SignalChannelOptions {
  readonly url: string;
  readonly room: string;
  readonly session: string;
  readonly openSocket: (url: string) => SignalSocket;
  readonly onEffect: (effect: ChannelEffect) => void;
}

export class SignalChannel {
  readonly #options: SignalChannelOptions;
  readonly #session: SignalSession;
  #socket: SignalSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: SignalChannelOptions) {
    this.#options = options;
    const { room, session } = options;
    this.#session = new SignalSession({ room, session, random: Math.random });
  }

  start(): void {
    this.#feed({ kind: 'start' });
  }

  say(message: Say): void {
    this.#feed({ kind: 'say', message });
  }

  tell(text: string): void {
    this.#feed({ kind: 'tell', text });
  }

  networkChanged(): void {
    this.#feed({ kind: 'network-changed' });
  }

  stop(): void {
    this.#feed({ kind: 'stop' });
  }

  #feed(input: SessionInput): void {
    for (const effect of this.#session.handle(performance.now(), input)) this.#carryOut(effect);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const dueMs = this.#session.nextDeadlineMs();
    if (dueMs === null) return;
    this.#timer = setTimeout(() => this.#feed({ kind: 'due' }), Math.max(0, dueMs - performance.now()));
  }

  #carryOut(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'open':
        this.#open();
        break;
      case 'drop':
        this.#drop();
        break;
      case 'send':
        this.#socket?.send(effect.text);
        break;
      default:
        this.#options.onEffect(effect);
    }
  }

  #open(): void {
    this.#drop();
    let socket: SignalSocket;
    try {
      socket = this.#options.openSocket(this.#options.url);
    } catch {
      // An address that cannot be opened is told like one that does not answer.
      queueMicrotask(() => this.#feed({ kind: 'closed' }));
      return;
    }
    this.#socket = socket;
    const feed = (input: SessionInput): void => {
      if (this.#socket === socket) this.#feed(input);
    };
    socket.addEventListener('open', () => feed({ kind: 'opened' }));
    socket.addEventListener('message', ({ data }) => feed({ kind: 'received', text: String(data) }));
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', () => feed({ kind: 'closed' }));
  }

  /** What still comes from it is not heard any more. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
