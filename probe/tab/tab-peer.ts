/** One connection of a tab: a socket of its own, which sends to some of our endpoints. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { ProbeBook } from '../nat/probe-book.ts';
import type { IceSide } from './ice-check.ts';
import { TabLane } from './tab-lane.ts';
import type { TabCorner, TabPeerPlan } from './tab-plan.ts';
import type { TabCredentials, TabHost } from './tab-world.ts';

/** A browser sends some twenty checks a second, for six seconds at most. */
const maxChecks = 400;
/** With so many checks at one endpoint, another one that got none is out of reach: browsers take turns. */
const enoughChecks = 8;

export class TabPeer {
  readonly #plan: TabPeerPlan;
  readonly #credentials: TabCredentials;
  readonly #options: TabHost;
  readonly #lanes = new Map<TabCorner, TabLane>();
  /** Of the tab’s local candidate (RFC 8445 §7.1.1), by which its interfaces can be told apart; the first one counts. */
  #priority: number | null = null;
  #checks = 0;

  constructor(plan: TabPeerPlan, credentials: TabCredentials, options: TabHost) {
    this.#plan = plan;
    this.#credentials = credentials;
    this.#options = options;
  }

  get us(): IceSide {
    return this.#credentials.us;
  }

  get tab(): IceSide {
    return this.#credentials.tab;
  }

  get lanes(): TabLane[] {
    return [...this.#lanes.values()];
  }

  get hasRoom(): boolean {
    return this.#checks < maxChecks;
  }

  /** Nothing of it has come yet. */
  get isUnheard(): boolean {
    return this.#lanes.size === 0;
  }

  get isSettled(): boolean {
    const most = Math.max(0, ...this.lanes.map((lane) => lane.heard));
    return this.#asked.every((corner) => this.#lanes.get(corner)?.isSettled ?? most >= enoughChecks);
  }

  /** Endpoints that the tab was told of. */
  get #asked(): TabCorner[] {
    return this.#plan.asks.filter((corner) => this.#options.corners[corner] !== undefined);
  }

  /** Why the check is of no interest; null: it was. It has been found to be the tab’s. */
  onCheck(
    nowMs: number,
    corner: TabCorner,
    from: Endpoint,
    priority: number,
    book: ProbeBook,
  ): string | null {
    this.#checks += 1;
    if (!this.#asked.includes(corner)) return 'a check that one of ours triggered';
    this.#priority ??= priority;
    if (priority !== this.#priority) return 'another interface of the tab';
    let lane = this.#lanes.get(corner);
    if (lane === undefined) {
      const { us, tab } = this.#credentials;
      const { corners, tieBreaker } = this.#options;
      const options = { corners, tieBreaker, plan: this.#plan, corner, at: from, us, tab };
      lane = new TabLane(nowMs, options, book);
      this.#lanes.set(corner, lane);
    }
    if (!sameEndpoint(lane.at, from)) return 'another mapping of the same socket';
    lane.onCheck();
    return null;
  }

  /** @param nothingCame of no connection of this tab: then the way out is shut, not one endpoint out of reach */
  evidence(originMs: number, nothingCame: boolean): Evidence[] {
    return this.#asked.flatMap((corner) => {
      const lane = this.#lanes.get(corner);
      return lane?.evidence(originMs, this.#credentials.local) ?? this.#unheard(corner, nothingCame);
    });
  }

  #unheard(corner: TabCorner, nothingCame: boolean): Evidence[] {
    const { corners } = this.#options;
    const isMapping = this.#plan.test === null;
    return [
      {
        id: 't',
        purpose: `${this.#plan.name}/${isMapping ? corner : 'control'}`,
        transport: 'udp',
        local: this.#credentials.local,
        to: corners[corner] ?? corners.PP,
        // When the tab sent is not known; it was told to when the test began.
        sentMs: [0],
        outcome: 'silent',
        from: null,
        receivedMs: null,
        rttMs: null,
        xorMapped: null,
        mapped: null,
        responseOrigin: null,
        otherAddress: null,
        relayed: null,
        errorCode: null,
        notes: ['the tab was told to send here, and nothing of it arrived'],
        ...(nothingCame && { witnessed: [{ fate: 'lost' as const, seenAs: null, answeredFrom: null }] }),
      },
    ];
  }
}
