/**
 * The member’s end of the signalling channel, as a pure machine: it numbers what is said, keeps it until it has
 * arrived, connects again with ever longer waits, and hands on every message of the service once and in order.
 */
import type { SequencedMessage, SignalClientMessage, SignalServerMessage } from '../contract/signalling.ts';
import { readSignal } from './read-signal.ts';

type Numbered = Extract<SignalClientMessage, { n: number }>;
type Unnumbered<M> = M extends Numbered ? Omit<M, 'n'> : never;
/** What a member may say; the session numbers it. */
export type Say = Unnumbered<Numbered>;

export type Welcome = Extract<SignalServerMessage, { type: 'welcome' }>;
/** What reaches the member: a welcome that did not resume means that it begins anew. */
export type News = Welcome | SequencedMessage;

export type SessionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'received'; readonly text: string }
  /** The socket closed, or did not open. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'say'; readonly message: Say }
  /** For all who are there now; lost where the service is not reached. */
  | { readonly kind: 'tell'; readonly text: string }
  /** The host says that its network is another one, or is back: do not wait for the present socket to die. */
  | { readonly kind: 'network-changed' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'due' };

export type SessionState = 'connecting' | 'connected' | 'waiting' | 'ended';

export type SessionEffect =
  /** Open a socket; one that was open is dropped before. */
  | { readonly kind: 'open' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'state'; readonly state: SessionState }
  | { readonly kind: 'news'; readonly news: News }
  | { readonly kind: 'told'; readonly member: string; readonly text: string }
  /** A message was refused; the session goes on. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** The service has ended it, and to come back is no use. */
  | { readonly kind: 'ended'; readonly code: string; readonly message: string };

export interface SignalSessionOptions {
  readonly room: string;
  /** Secret of the membership. */
  readonly session: string;
  /** 0 to below 1, for the waits. */
  readonly random: () => number;
}

/** Opening, hello and welcome together. */
const connectMs = 8_000;
const pingMs = 10_000;
const pongMs = 5_000;
const shortestWaitMs = 250;
const longestWaitMs = 10_000;

type Stage = 'idle' | 'opening' | 'greeting' | 'connected' | 'waiting' | 'ended';

export class SignalSession {
  readonly #options: SignalSessionOptions;
  /** No secret: it tells this program from another one with the same session. */
  readonly #channel: string;
  #sockets = 0;
  #stage: Stage = 'idle';
  #effects: SessionEffect[] = [];
  /** Sent, or to be sent, and not known to have arrived. */
  #unconfirmed: Numbered[] = [];
  #n = 0;
  /** null: nothing has come yet. */
  #lastSeq: number | null = null;
  #failures = 0;
  #deadlineMs: number | null = null;
  #awaitsPong = false;

  constructor(options: SignalSessionOptions) {
    this.#options = options;
    this.#channel = Math.floor(options.random() * 2 ** 52).toString(36);
  }

  nextDeadlineMs(): number | null {
    return this.#deadlineMs;
  }

  handle(nowMs: number, input: SessionInput): SessionEffect[] {
    if (this.#stage !== 'ended') this.#take(nowMs, input);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(nowMs: number, input: SessionInput): void {
    switch (input.kind) {
      case 'start':
        this.#connect(nowMs);
        break;
      case 'network-changed':
        if (this.#stage !== 'idle') this.#connect(nowMs);
        return;
      case 'opened':
        this.#greet();
        break;
      case 'received':
        this.#received(nowMs, input.text);
        break;
      case 'closed':
        if (this.#stage !== 'waiting') this.#wait(nowMs);
        return;
      case 'say':
        this.#say(input.message);
        break;
      case 'tell':
        if (this.#stage === 'connected') this.#send({ type: 'tell', text: input.text });
        break;
      case 'stop':
        this.#emit({ kind: 'drop' });
        this.#become('ended', null);
        return;
      case 'due':
        this.#due(nowMs);
        break;
    }
  }

  #connect(nowMs: number): void {
    this.#become('opening', nowMs + connectMs);
    this.#sockets += 1;
    this.#emit({ kind: 'open' });
  }

  #greet(): void {
    if (this.#stage !== 'opening') return;
    this.#stage = 'greeting';
    const { room, session } = this.#options;
    const connection = { channel: this.#channel, count: this.#sockets };
    this.#send({ type: 'hello', version: 1, room, session, lastSeq: this.#lastSeq, connection });
  }

  #received(nowMs: number, text: string): void {
    const message = readSignal(text);
    // One of a later release: it is not for us.
    if (message === null) return;
    switch (message.type) {
      case 'welcome':
        this.#welcomed(nowMs, message);
        break;
      case 'pong':
        this.#awaitsPong = false;
        this.#confirm(message.received);
        this.#deadlineMs = nowMs + pingMs;
        return;
      case 'error':
        this.#onError(message);
        break;
      case 'told':
        this.#emit({ kind: 'told', member: message.member, text: message.text });
        break;
      default:
        this.#onSequenced(nowMs, message);
        break;
    }
  }

  #welcomed(nowMs: number, welcome: Welcome): void {
    if (this.#stage !== 'greeting') return;
    this.#failures = 0;
    this.#awaitsPong = false;
    this.#become('connected', nowMs + pingMs);
    if (welcome.resumed) this.#confirm(welcome.received);
    else {
      // What was said before is about connections that nobody has any more.
      this.#unconfirmed = [];
      this.#n = 0;
      this.#lastSeq = welcome.lastSeq;
    }
    this.#emit({ kind: 'news', news: welcome });
    for (const message of this.#unconfirmed) this.#send(message);
  }

  #onError({ code, message, fatal }: Extract<SignalServerMessage, { type: 'error' }>): void {
    if (!fatal) {
      this.#emit({ kind: 'refused', code, message });
      return;
    }
    this.#emit({ kind: 'drop' });
    this.#become('ended', null);
    this.#emit({ kind: 'ended', code, message });
  }

  #onSequenced(nowMs: number, message: SequencedMessage): void {
    if (this.#stage !== 'connected' || this.#lastSeq === null || message.seq <= this.#lastSeq) return;
    // Something is missing, which TCP does not allow; on a new socket it is sent again.
    if (message.seq > this.#lastSeq + 1) {
      this.#connect(nowMs);
      return;
    }
    this.#lastSeq = message.seq;
    this.#emit({ kind: 'news', news: message });
  }

  #say(say: Say): void {
    this.#n += 1;
    const message: Numbered = { ...say, n: this.#n };
    this.#unconfirmed.push(message);
    if (this.#stage === 'connected') this.#send(message);
  }

  #confirm(received: number): void {
    this.#unconfirmed = this.#unconfirmed.filter(({ n }) => n > received);
  }

  #due(nowMs: number): void {
    if (this.#deadlineMs === null || nowMs < this.#deadlineMs) return;
    if (this.#stage === 'waiting') {
      this.#connect(nowMs);
      return;
    }
    if (this.#stage !== 'connected') {
      this.#wait(nowMs);
      return;
    }
    // A socket that has died without a word: a phone that changed its network.
    if (this.#awaitsPong) {
      this.#connect(nowMs);
      return;
    }
    this.#awaitsPong = true;
    this.#deadlineMs = nowMs + pongMs;
    this.#send({ type: 'ping', seq: this.#lastSeq ?? 0 });
  }

  /** Doubles from a quarter of a second to ten, and half of it is random: many do not come back at once. */
  #wait(nowMs: number): void {
    if (this.#stage === 'opening' || this.#stage === 'greeting') this.#emit({ kind: 'drop' });
    const fullMs = Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    this.#become('waiting', nowMs + fullMs / 2 + (fullMs / 2) * this.#options.random());
  }

  #become(stage: Stage, deadlineMs: number | null): void {
    const state = stage === 'opening' || stage === 'greeting' ? 'connecting' : stage;
    this.#stage = stage;
    this.#deadlineMs = deadlineMs;
    if (state !== 'idle') this.#emit({ kind: 'state', state });
  }

  #send(message: SignalClientMessage): void {
    this.#emit({ kind: 'send', text: JSON.stringify(message) });
  }

  #emit(effect: SessionEffect): void {
    this.#effects.push(effect);
  }
}
