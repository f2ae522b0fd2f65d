/** What a lab run and the media server of its path `sfu` say to each other: one JSON object a line, as with clients. */
import { z } from 'zod';

/** The end that the cell is from, and the other. */
export type LabSfuMember = 0 | 1;

export type LabSfuOrder =
  /** A room with both members. */
  | { readonly order: 'open'; readonly run: number }
  | {
      readonly order: 'answer';
      readonly run: number;
      readonly member: LabSfuMember;
      readonly link: string;
      readonly sdp: string;
    }
  | {
      readonly order: 'candidate';
      readonly run: number;
      readonly member: LabSfuMember;
      readonly link: string;
      readonly candidate: string;
      readonly mid: string;
    }
  | { readonly order: 'close'; readonly run: number };

const run = z.int().min(0);
const member = z.union([z.literal(0), z.literal(1)]);
const link = z.string().max(80);

export const labSfuNewsSchema = z.discriminatedUnion('news', [
  z.object({ news: z.literal('ready') }),
  z.object({ news: z.literal('offer'), run, member, link, sdp: z.string().max(100_000) }),
  z.object({
    news: z.literal('candidate'),
    run,
    member,
    link,
    candidate: z.string().max(2000),
    mid: z.string().max(64),
  }),
]);
export type LabSfuNews = z.infer<typeof labSfuNewsSchema>;
