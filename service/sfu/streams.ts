/**
 * Streams of WHIP and WHEP: one publisher, any number of viewers, a process of the embedded SFU for each. Whoever
 * publishes or views sends one offer and gets one answer with all our candidates.
 */
import { randomBytes } from 'node:crypto';
import { fault } from '../fault.ts';
import { SfuRoom } from './io/sfu-room.ts';
import type { LinkNews, LinkPlace } from './room-messages.ts';
import { filterOffer, type OfferPurpose } from './sdp/filter-offer.ts';
import { maxViewers } from './sfu-limits.ts';

export interface StreamsOptions {
  /** Streams at the same time. */
  readonly streams: number;
  readonly bindAddress: string | null;
  readonly announce: readonly string[];
}

export interface StreamSession {
  readonly id: string;
  readonly answer: string;
}

/** The process gathers its candidates and answers; without STUN servers that takes no time. */
const answerDeadlineMs = 5_000;
/** What a stream’s process calls its one publication. */
const publication = 'stream';

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

interface Stream {
  readonly process: SfuRoom;
  readonly publisher: string;
  /** Links, the publisher’s too; those without an answer yet have someone waiting. */
  readonly links: Map<string, Waiting | null>;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<string, Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Throws a RequestFault: the name is taken, the offer is of no use, or there are too many streams. */
  async publish(name: string, offer: string, clientIsLocal: boolean): Promise<StreamSession> {
    if (this.#streams.has(name)) throw fault('stream-taken', name);
    if (this.#streams.size >= this.#options.streams) throw fault('room-limit', 'streams');
    const order = this.#order('publish', offer, clientIsLocal);
    const id = secret();
    const process = new SfuRoom({
      onNews: (news) => this.#onNews(name, news),
      onLost: (reason) => this.#end(name, reason),
    });
    const stream: Stream = { process, publisher: id, links: new Map() };
    this.#streams.set(name, stream);
    return this.#open(stream, id, () => process.order({ type: 'publish-offered', link: id, ...order }));
  }

  async view(name: string, offer: string, clientIsLocal: boolean): Promise<StreamSession> {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw fault('not-found', `stream ${name}`);
    if (stream.links.size > maxViewers) throw fault('room-full');
    const order = this.#order('view', offer, clientIsLocal);
    const id = secret();
    return this.#open(stream, id, () => stream.process.order({ type: 'view-offered', link: id, ...order }));
  }

  /** False: there is no such session. The publisher’s end is the stream’s end. */
  leave(name: string, session: string, purpose: OfferPurpose): boolean {
    const stream = this.#streams.get(name);
    if (stream === undefined || !stream.links.has(session)) return false;
    if ((stream.publisher === session) !== (purpose === 'publish')) return false;
    this.#leave(name, stream, session, 'the session has ended');
    return true;
  }

  async close(): Promise<void> {
    const processes = [...this.#streams.values()].map(({ process }) => process);
    for (const name of [...this.#streams.keys()]) this.#end(name, 'the service ends');
    await Promise.all(processes.map(async (process) => process.close()));
  }

  #order(purpose: OfferPurpose, offer: string, clientIsLocal: boolean) {
    const filtered = filterOffer(offer, purpose);
    // RFC 9725 §4.4.3: an offer that can only be served in part is refused.
    if (!filtered.ok) throw fault('request-invalid', `sdp: ${filtered.problem}`, 'sdp');
    const { bindAddress, announce } = this.#options;
    const place: LinkPlace = { bindAddress, clientIsLocal, announce: [...announce] };
    return { publication, sdp: filtered.sdp, media: filtered.media, ...place };
  }

  async #open(stream: Stream, id: string, order: () => void): Promise<StreamSession> {
    const answered = new Promise<string>((resolve, reject) => stream.links.set(id, { resolve, reject }));
    const timer = setTimeout(
      () => stream.links.get(id)?.reject(fault('harness-fault', 'the SFU does not answer')),
      answerDeadlineMs,
    );
    order();
    try {
      return { id, answer: await answered };
    } catch (error) {
      const name = [...this.#streams].find(([, one]) => one === stream)?.[0];
      if (name !== undefined) this.#leave(name, stream, id, 'it was refused');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #onNews(name: string, news: LinkNews): void {
    const stream = this.#streams.get(name);
    const waiting = stream?.links.get(news.link);
    if (stream === undefined || waiting === undefined) return;
    if (news.type === 'answer') {
      stream.links.set(news.link, null);
      waiting?.resolve(news.sdp);
    } else if (news.type === 'refused') {
      waiting?.reject(fault('request-invalid', `sdp: ${news.problem}`, 'sdp'));
    } else if (news.type === 'state' && news.state !== 'connected') {
      // Without the other end’s consent nothing is sent any more (RFC 7675 §5.1): so ends who just goes away.
      this.#leave(name, stream, news.link, `the link is ${news.state}`);
    }
  }

  #leave(name: string, stream: Stream, session: string, reason: string): void {
    if (session === stream.publisher) {
      this.#end(name, reason);
      return;
    }
    stream.links.get(session)?.reject(fault('cancelled', reason));
    stream.links.delete(session);
    stream.process.order({ type: 'close', link: session });
  }

  #end(name: string, reason: string): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    this.#streams.delete(name);
    for (const waiting of stream.links.values()) waiting?.reject(fault('cancelled', reason));
    void stream.process.close();
  }
}

/** Whoever knows a session’s id may end it (RFC 9725 §4.2). */
function secret(): string {
  return randomBytes(18).toString('base64url');
}
