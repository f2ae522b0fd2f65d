/** Everything that members can make the service keep or send is limited here, and in contract/signalling.ts. */
import type { BucketRate } from '../../turn/server/token-bucket.ts';

export interface RoomLimits {
  /** Rooms at the same time. */
  readonly rooms: number;
  /** A socket that is open has this long to say hello; who has joined, to open one. */
  readonly helloMs: number;
  /** A member whose socket broke may come back for so long, and finds what it has missed. */
  readonly awayMs: number;
  /** A room without members closes after this. */
  readonly emptyMs: number;
  /** Messages of one member: a newcomer sends one offer and about ten candidates to each who is there. */
  readonly messages: BucketRate;
  /** Characters of one member’s messages. */
  readonly characters: BucketRate;
  /** Texts for all others: one is sent as often as there are members. Beyond it they are dropped. */
  readonly tells: BucketRate;
  /** Messages that are refused, before the member is removed: races of honest members cost a few. */
  readonly refusals: BucketRate;
  /** Messages, and their characters, that are kept for a member until it has confirmed them. */
  readonly kept: { readonly messages: number; readonly characters: number };
  /** Links between two members; an SFU has one per publisher. */
  readonly links: number;
  /** Candidates of one end of a link. */
  readonly candidates: number;
  /** A media server that died is opened again after so long, and after twice that from then on. */
  readonly mediaRetryMs: { readonly first: number; readonly longest: number };
}

export const roomLimits: RoomLimits = {
  rooms: 250,
  helloMs: 10_000,
  awayMs: 60_000,
  emptyMs: 600_000,
  messages: { burst: 1_000, perSecond: 100 },
  characters: { burst: 4_000_000, perSecond: 250_000 },
  tells: { burst: 10, perSecond: 1 },
  refusals: { burst: 30, perSecond: 1 },
  kept: { messages: 1_000, characters: 1_000_000 },
  links: 64,
  candidates: 100,
  mediaRetryMs: { first: 250, longest: 10_000 },
};
