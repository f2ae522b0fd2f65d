/** Questions to the other node that want an answer: asked again until there is one, given up after a while. */
import { type StunMessage, transactionKey } from '../../stun/message.ts';
import type { LinkOrderer } from './link-orderer.ts';
import type { LinkFrame, LinkQuestion } from './link-wire.ts';

/** Between two copies of one question; a link is at most some 300 ms long. */
const againMs = 400;
const copies = 4;

/** Null: no answer came, or the other node refused. */
export interface LinkAnswer {
  readonly inquiry: number;
  readonly message: StunMessage | null;
}

interface Open {
  readonly inquiry: number;
  readonly question: LinkQuestion;
  /** Every copy has a number of its own, and any of them may be answered. */
  readonly ids: Set<string>;
  nextMs: number;
}

export class LinkInquiries {
  readonly #orderer: LinkOrderer;
  readonly #open = new Map<number, Open>();

  constructor(orderer: LinkOrderer) {
    this.#orderer = orderer;
  }

  /** @param inquiry the caller’s own number, by which it knows the answer */
  begin(nowMs: number, inquiry: number, question: LinkQuestion): void {
    this.#open.set(inquiry, { inquiry, question, ids: new Set(), nextMs: nowMs });
  }

  nextDeadlineMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#open.values()].map(({ nextMs }) => nextMs));
  }

  /** What is due: frames to send, and questions that are given up. */
  onTime(nowMs: number): { frames: Uint8Array[]; ended: LinkAnswer[] } {
    const frames: Uint8Array[] = [];
    const ended: LinkAnswer[] = [];
    for (const open of this.#open.values()) {
      if (nowMs < open.nextMs) continue;
      const sent = open.ids.size < copies ? this.#orderer.ask(open.question) : null;
      if (sent === null) {
        this.#open.delete(open.inquiry);
        ended.push({ inquiry: open.inquiry, message: null });
        continue;
      }
      open.ids.add(transactionKey(sent.transactionId));
      open.nextMs = nowMs + againMs;
      frames.push(sent.frame);
    }
    return { frames, ended };
  }

  /** Null: the frame answers no question of ours. */
  onAnswer(frame: LinkFrame): LinkAnswer | null {
    const id = transactionKey(frame.message.transactionId);
    const open = [...this.#open.values()].find(({ ids }) => ids.has(id));
    if (open === undefined || !this.#orderer.isOfSession(frame)) return null;
    this.#open.delete(open.inquiry);
    return { inquiry: open.inquiry, message: frame.message.class === 'success' ? frame.message : null };
  }
}
