/**
 * What a lab run says to the programs of its path `sfu`, and hears from them: one JSON object a line, as with clients.
 * One program is the media server itself, with both ends of every cell as members. Where the media server is that of
 * `polynya serve` there is one program for each host, which signals for the client there as a member of a room.
 */
import { z } from 'zod';

/** The end that the cell is from, and the other. */
export type LabSfuMember = 0 | 1;

const run = z.int().min(0);
const member = z.union([z.literal(0), z.literal(1)]);
const link = z.string().max(80);
const sdp = z.string().max(100_000);

/** A room of the service, and what lets members in. */
const room = z.object({ id: z.string().max(64), token: z.string().max(128) });
export type LabRoomKey = z.infer<typeof room>;

interface AboutLink {
  readonly run: number;
  readonly member: LabSfuMember;
  readonly link: string;
}

export type LabSfuOrder =
  /** The media server: a room with both members. */
  | { readonly order: 'open'; readonly run: number }
  /** A host's program: be a member of this room; null: of a new one, which is told and goes with `close`. */
  | {
      readonly order: 'join';
      readonly run: number;
      readonly member: LabSfuMember;
      readonly room: LabRoomKey | null;
    }
  | ({ readonly order: 'offer' | 'answer'; readonly sdp: string } & AboutLink)
  | ({ readonly order: 'candidate'; readonly candidate: string; readonly mid: string } & AboutLink)
  | { readonly order: 'close'; readonly run: number };

/** What a member's client says, of those orders. */
export type LabSfuSaid = Extract<LabSfuOrder, AboutLink>;

export const labSfuNewsSchema = z.discriminatedUnion('news', [
  z.object({ news: z.literal('ready') }),
  z.object({ news: z.literal('room'), run, room }),
  /** For a member's client. */
  z.object({ news: z.literal('offer'), run, member, link, sdp }),
  z.object({ news: z.literal('answer'), run, member, link, sdp }),
  /** The media server offers to send and never to receive: the client has to offer what it sends. */
  z.object({ news: z.literal('offer-wanted'), run, member, link }),
  z.object({
    news: z.literal('candidate'),
    run,
    member,
    link,
    candidate: z.string().max(2000),
    mid: z.string().max(64),
  }),
  /** There is no room to be in. */
  z.object({ news: z.literal('failed'), run, detail: z.string().max(500) }),
]);
export type LabSfuNews = z.infer<typeof labSfuNewsSchema>;
