/** The pairs of members of one room: their epoch, and the order of messages on each of their links. */
import { isMediaServer, isPolite } from '../../contract/room-roles.ts';
import { type LinkMessage, LinkOrder, type LinkVerdict } from './link-order.ts';
import type { LinkCopy, PairsCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';
import type { Seat } from './seat.ts';

interface Pair {
  /** Beyond the epoch of the room. */
  renewals: number;
  readonly links: Map<string, LinkOrder>;
}

export class PairTable {
  readonly #limits: Pick<RoomLimits, 'links' | 'candidates'>;
  /** Made when needed: most rooms are quiet. */
  readonly #pairs = new Map<string, Pair>();
  #roomEpoch = 0;

  constructor(limits: Pick<RoomLimits, 'links' | 'candidates'>) {
    this.#limits = limits;
  }

  static restored(limits: Pick<RoomLimits, 'links' | 'candidates'>, copy: PairsCopy): PairTable {
    const table = new PairTable(limits);
    table.#roomEpoch = copy.epoch;
    for (const { key, renewals, links } of copy.pairs) {
      const orders = links.map(
        ([link, order]) => [link, LinkOrder.restored(limits.candidates, order)] as const,
      );
      table.#pairs.set(key, { renewals, links: new Map(orders) });
    }
    return table;
  }

  copy(): PairsCopy {
    const pairs = [...this.#pairs].map(([key, { renewals, links }]) => ({
      key,
      renewals,
      links: [...links].map(([link, order]): [string, LinkCopy] => [link, order.copy()]),
    }));
    return { epoch: this.#roomEpoch, pairs };
  }

  epoch(a: Seat, b: Seat): number {
    return this.#roomEpoch + (this.#pairs.get(keyOf(a, b))?.renewals ?? 0);
  }

  /** The two begin anew; gives their new epoch. */
  renew(a: Seat, b: Seat): number {
    const pair = this.#pair(a, b);
    pair.renewals += 1;
    pair.links.clear();
    return this.#roomEpoch + pair.renewals;
  }

  /** All begin anew. */
  renewAll(): void {
    this.#roomEpoch += 1;
    for (const pair of this.#pairs.values()) pair.links.clear();
  }

  /**
   * The seat is empty. Ids of people never come again; the next media server has the id of this one, and what was said
   * to the one must not reach the other: so their count goes on.
   */
  forget(seat: Seat): void {
    for (const [key, pair] of this.#pairs) {
      if (!key.split(' ').includes(seat.id)) continue;
      if (isMediaServer(seat.member)) {
        pair.renewals += 1;
        pair.links.clear();
      } else this.#pairs.delete(key);
    }
  }

  /** A message of this epoch on its way from one to the other. */
  take(from: Seat, to: Seat, link: string, message: LinkMessage): LinkVerdict {
    const { links } = this.#pair(from, to);
    let order = links.get(link);
    if (order === undefined) {
      // Only an offer opens a link; what else comes first crossed the end of one, or is out of order.
      if (message !== 'offer') return { problem: `${message} on a link that nobody has opened` };
      if (!this.#makeRoom(links)) return { problem: 'too many links' };
      order = new LinkOrder(this.#limits.candidates);
      links.set(link, order);
    }
    return order.take(isPolite(from.member, to.member) ? 'polite' : 'impolite', message);
  }

  /** Ended links are remembered for what crosses their end, the oldest ones only as long as there is room. */
  #makeRoom(links: Map<string, LinkOrder>): boolean {
    if (links.size < this.#limits.links) return true;
    for (const [link, order] of links) {
      if (order.ended) return links.delete(link);
    }
    return false;
  }

  #pair(a: Seat, b: Seat): Pair {
    const key = keyOf(a, b);
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const made: Pair = { renewals: 0, links: new Map() };
    this.#pairs.set(key, made);
    return made;
  }
}

/** Ids have no spaces. */
function keyOf(a: Seat, b: Seat): string {
  return a.member.order < b.member.order ? `${a.id} ${b.id}` : `${b.id} ${a.id}`;
}
