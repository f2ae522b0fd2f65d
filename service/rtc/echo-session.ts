/**
 * The conversation on one `/ws/echo` socket: hello, an offer per peer, candidates, bye. Wrong order, too much or
 * malformed messages end it with an error that has a code; what goes wrong with a named peer ends that peer only.
 */
import type { FailureCode } from '../../contract/failures.ts';
import {
  type EchoClientMessage,
  type EchoServerMessage,
  echoClientMessageSchema,
  signalVersion,
} from '../../contract/signal.ts';
import { admitCandidate, admitOffer } from './admit-offer.ts';
import { maxPeersPerSession, maxRemoteCandidates, maxSignalBytes, maxSignalMessages } from './echo-limits.ts';
import type { EchoListener, EchoPool } from './echo-pool.ts';

export interface EchoSessionOptions {
  readonly id: string;
  readonly pool: EchoPool;
  readonly send: (message: EchoServerMessage) => void;
  /** Ends the socket; called once. */
  readonly hangUp: () => void;
  readonly clientIsLocal: boolean;
  readonly refuses: (address: string) => boolean;
  readonly bindAddress: string | null;
  readonly announce: readonly string[];
  /** Peers that the pool may have at the same time, those of other sessions included. */
  readonly maxPeers: number;
}

type Offer = Extract<EchoClientMessage, { type: 'offer' }>;

/** One peer of the session. */
interface Line {
  /** What the pool calls it. */
  readonly id: string;
  candidates: number;
}

export class EchoSession {
  readonly #options: EchoSessionOptions;
  #stage: 'new' | 'greeted' | 'closed' = 'new';
  #messages = 0;
  #offers = 0;
  /** By the client’s name for them; the one without a name is ''. */
  readonly #lines = new Map<string, Line>();

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
    if (this.#messages > maxSignalMessages * Math.max(1, this.#offers)) {
      this.fail('rate-limited', 'Too many messages.');
    } else if (text.length > maxSignalBytes) this.fail('body-too-large', 'The message is too long.');
    else this.#obey(parseMessage(text));
  }

  #obey(message: EchoClientMessage | string): void {
    if (typeof message === 'string') this.fail('request-invalid', message);
    else if (message.type === 'hello') this.#onHello();
    else if (message.type === 'offer') this.#onOffer(message);
    else if (message.type === 'candidate') {
      this.#onCandidate(message.peer ?? '', message.candidate.candidate, message.candidate.sdpMid ?? '0');
    } else if (message.peer === undefined) this.close();
    else this.#hangUpPeer(message.peer);
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

  #onOffer({ peer = '', sdp, relayOnly = false }: Offer): void {
    const { id, pool, bindAddress, clientIsLocal, announce, maxPeers } = this.#options;
    const offer = admitOffer(sdp, this.#options);
    if (this.#stage !== 'greeted' || this.#lines.has(peer)) {
      this.fail('request-invalid', 'One offer per peer, after hello.');
    } else if (this.#lines.size >= maxPeersPerSession || pool.size >= maxPeers) {
      this.#failPeer(peer, 'rate-limited', 'All echo peers are taken; try again soon.');
    } else if (!offer.ok) {
      this.#failPeer(peer, 'request-invalid', `sdp: ${offer.problem}.`);
    } else {
      this.#offers += 1;
      const line = { id: `${id}-${this.#offers}`, candidates: offer.candidates };
      this.#lines.set(peer, line);
      const where = { relayOnly, bindAddress, clientIsLocal, announce: [...announce] };
      pool.open({ type: 'offer', session: line.id, sdp: offer.sdp, ...where }, (news) => {
        if (this.#lines.get(peer) === line) this.#onNews(peer, news);
      });
    }
  }

  #onNews(name: string, news: Parameters<EchoListener>[0]): void {
    const { send } = this.#options;
    const peer = named(name);
    if (news.type === 'lost') this.#failPeer(name, 'harness-fault', `${news.reason}.`);
    else if (news.type === 'refused') this.#failPeer(name, 'request-invalid', `sdp: ${news.problem}.`);
    else if (news.type === 'answer') send({ type: 'answer', ...peer, sdp: news.sdp });
    else if (news.type === 'peer-state') send({ type: 'peer-state', ...peer, state: news.state });
    else send({ type: 'candidate', ...peer, candidate: { candidate: news.candidate, sdpMid: news.mid } });
  }

  #onCandidate(peer: string, candidate: string, mid: string): void {
    const line = this.#lines.get(peer);
    if (line === undefined) {
      // A named peer may have failed while its candidates were on their way.
      if (peer === '' || this.#offers === 0) this.fail('request-invalid', 'Candidates come after the offer.');
      return;
    }
    const { pool } = this.#options;
    // An empty candidate marks the end of candidates (RFC 8838 §13): refused here too, and nothing is lost.
    if (!admitCandidate(candidate, this.#options)) return;
    line.candidates += 1;
    // A host with many interfaces may honestly have more; the first ones are enough for a verdict.
    if (line.candidates <= maxRemoteCandidates) pool.candidate(line.id, candidate, mid);
  }

  /** Tells the client why, then ends the peer; the one without a name is the whole session. */
  #failPeer(peer: string, code: FailureCode, message: string): void {
    if (peer === '') {
      this.fail(code, message);
      return;
    }
    this.#options.send({ type: 'error', peer, code, message: message.slice(0, 500) });
    this.#hangUpPeer(peer);
  }

  #hangUpPeer(peer: string): void {
    const line = this.#lines.get(peer);
    this.#lines.delete(peer);
    if (line !== undefined) this.#options.pool.close(line.id);
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
    for (const peer of [...this.#lines.keys()]) this.#hangUpPeer(peer);
    this.#options.hangUp();
  }
}

function named(peer: string): { peer?: string } {
  return peer === '' ? {} : { peer };
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
