/** The order of offers, answers and candidates on one link, watched from between the two ends. */

import type { LinkCopy } from './room-copy.ts';

/** An end is named by what it does when two offers meet (W3C WebRTC §10.7). */
export type LinkEnd = 'polite' | 'impolite';
export type LinkMessage = 'offer' | 'answer' | 'candidate' | 'bye';

/** ended: the link is gone, so what still comes crossed its `bye`, and is dropped. */
export type LinkVerdict = 'pass' | 'ended' | { readonly problem: string };

const other = { polite: 'impolite', impolite: 'polite' } as const;

export class LinkOrder {
  /** Offers without an answer yet. */
  readonly #offers: Record<LinkEnd, boolean> = { polite: false, impolite: false };
  /** Ends that have sent a description, so that candidates can belong to one. */
  readonly #described: Record<LinkEnd, boolean> = { polite: false, impolite: false };
  readonly #candidates: Record<LinkEnd, number> = { polite: 0, impolite: 0 };
  readonly #maxCandidates: number;
  #ended = false;

  /** @param maxCandidates of one end, until its next description */
  constructor(maxCandidates: number) {
    this.#maxCandidates = maxCandidates;
  }

  static restored(maxCandidates: number, { offers, described, candidates, ended }: LinkCopy): LinkOrder {
    const order = new LinkOrder(maxCandidates);
    Object.assign(order.#offers, offers);
    Object.assign(order.#described, described);
    Object.assign(order.#candidates, candidates);
    order.#ended = ended;
    return order;
  }

  copy(): LinkCopy {
    const [offers, described, candidates] = [this.#offers, this.#described, this.#candidates];
    return {
      offers: { ...offers },
      described: { ...described },
      candidates: { ...candidates },
      ended: this.#ended,
    };
  }

  get ended(): boolean {
    return this.#ended;
  }

  take(end: LinkEnd, message: LinkMessage): LinkVerdict {
    if (this.#ended) return 'ended';
    switch (message) {
      case 'offer':
        // RFC 9429 §3.2: a second offer replaces the first one that is still without an answer.
        this.#offers[end] = true;
        this.#describe(end);
        return 'pass';
      case 'answer':
        return this.#answer(end);
      case 'candidate':
        return this.#candidate(end);
      case 'bye':
        this.#ended = true;
        return 'pass';
    }
  }

  /** RFC 9429 §3.2: an answer needs an offer. After two have met it comes from the polite end, which gave way. */
  #answer(end: LinkEnd): LinkVerdict {
    if (!this.#offers[other[end]]) return { problem: 'an answer without an offer' };
    if (this.#offers[end] && end === 'impolite') {
      return { problem: 'two offers have met, and the polite end is to answer' };
    }
    this.#offers.polite = false;
    this.#offers.impolite = false;
    this.#describe(end);
    return 'pass';
  }

  /** RFC 8838 §8: candidates are trickled for a description that has been sent. */
  #candidate(end: LinkEnd): LinkVerdict {
    if (!this.#described[end]) return { problem: 'a candidate before any offer or answer' };
    this.#candidates[end] += 1;
    return this.#candidates[end] > this.#maxCandidates ? { problem: 'too many candidates' } : 'pass';
  }

  #describe(end: LinkEnd): void {
    this.#described[end] = true;
    this.#candidates[end] = 0;
  }
}
