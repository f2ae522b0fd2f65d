/**
 * The conversation on one `/ws/echo` socket: hello, one offer, candidates, bye. Wrong order, too much or
 * malformed messages end it with an error that has a code.
 */
import type { FailureCode } from '../../contract/failures.ts';
import {
  type EchoClientMessage,
  type EchoServerMessage,
  echoClientMessageSchema,
  signalVersion,
} from '../../contract/signal.ts';
import { admitCandidate, admitOffer } from './admit-offer.ts';
import { maxRemoteCandidates, maxSignalBytes, maxSignalMessages } from './echo-limits.ts';
import type { EchoListener, EchoPool } from './echo-pool.ts';

export interface EchoSessionOptions {
  readonly id: string;
  readonly pool: EchoPool;
  readonly send: (message: EchoServerMessage) => void;
  /** Ends the socket; called once. */
  readonly hangUp: () => void;
  readonly clientIsLocal: boolean;
  readonly bindAddress: string | null;
  readonly announce: readonly string[];
}

export class EchoSession {
  readonly #options: EchoSessionOptions;
  #stage: 'new' | 'greeted' | 'offered' | 'closed' = 'new';
  #messages = 0;
  #candidates = 0;

  constructor(options: EchoSessionOptions) {
    this.#options = options;
  }

  get greeted(): boolean {
    return this.#stage !== 'new';
  }

  /** One WebSocket message. Never throws. */
  receive(text: string): void {
    if (this.#stage === 'closed') return;
    this.#messages += 1;
    if (this.#messages > maxSignalMessages) this.fail('rate-limited', 'Too many messages.');
    else if (text.length > maxSignalBytes) this.fail('body-too-large', 'The message is too long.');
    else this.#obey(parseMessage(text));
  }

  #obey(message: EchoClientMessage | string): void {
    if (typeof message === 'string') this.fail('request-invalid', message);
    else if (message.type === 'hello') this.#onHello();
    else if (message.type === 'offer') this.#onOffer(message.sdp, message.relayOnly ?? false);
    else if (message.type === 'bye') this.close();
    else this.#onCandidate(message.candidate.candidate, message.candidate.sdpMid ?? '0');
  }

  #onHello(): void {
    if (this.#stage !== 'new') {
      this.fail('request-invalid', 'hello comes once, as the first message.');
      return;
    }
    this.#stage = 'greeted';
    this.#options.pool.warm();
    this.#options.send({ type: 'hello', version: signalVersion, session: this.#options.id });
  }

  #onOffer(sdp: string, relayOnly: boolean): void {
    const { id, pool, bindAddress, clientIsLocal, announce } = this.#options;
    const offer = admitOffer(sdp, clientIsLocal);
    if (this.#stage !== 'greeted') {
      this.fail('request-invalid', 'One offer per socket, after hello.');
    } else if (!offer.ok) {
      this.fail('request-invalid', `sdp: ${offer.problem}.`);
    } else {
      this.#stage = 'offered';
      this.#candidates = offer.candidates;
      const where = { relayOnly, bindAddress, clientIsLocal, announce: [...announce] };
      pool.open({ type: 'offer', session: id, sdp: offer.sdp, ...where }, (news) => this.#onNews(news));
    }
  }

  #onNews(news: Parameters<EchoListener>[0]): void {
    if (this.#stage === 'closed') return;
    const { send } = this.#options;
    if (news.type === 'lost') this.fail('harness-fault', `${news.reason}.`);
    else if (news.type === 'refused') this.fail('request-invalid', `sdp: ${news.problem}.`);
    else if (news.type === 'answer') send({ type: 'answer', sdp: news.sdp });
    else if (news.type === 'peer-state') send({ type: 'peer-state', state: news.state });
    else send({ type: 'candidate', candidate: { candidate: news.candidate, sdpMid: news.mid } });
  }

  #onCandidate(candidate: string, mid: string): void {
    if (this.#stage !== 'offered') {
      this.fail('request-invalid', 'Candidates come after the offer.');
      return;
    }
    const { id, pool, clientIsLocal } = this.#options;
    // An empty candidate marks the end of candidates (RFC 8838 §13): refused here too, and nothing is lost.
    if (!admitCandidate(candidate, clientIsLocal)) return;
    this.#candidates += 1;
    // A host with many interfaces may honestly have more; the first ones are enough for a verdict.
    if (this.#candidates <= maxRemoteCandidates) pool.candidate(id, candidate, mid);
  }

  /** Tells the client why, then ends. */
  fail(code: FailureCode, message: string): void {
    if (this.#stage === 'closed') return;
    this.#options.send({ type: 'error', code, message: message.slice(0, 500) });
    this.close();
  }

  close(): void {
    if (this.#stage === 'closed') return;
    this.#stage = 'closed';
    this.#options.pool.close(this.#options.id);
    this.#options.hangUp();
  }
}

/** The message, or what is wrong with it. */
function parseMessage(text: string): EchoClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The message is not JSON.';
  }
  const parsed = echoClientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined ? '' : issue.path.map(String).join('.');
  if (field === 'version') return `version: this service speaks version ${signalVersion}.`;
  return `${field === '' ? 'message' : field}: ${issue?.message ?? 'invalid'}.`;
}
