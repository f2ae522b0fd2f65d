/** Words of a scenario for times, shares and rates, and what it may say about the line of a site. */
import { z } from 'zod';

/** `2s`, `1.5s` or `300ms`. */
export const durationSchema = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,3})?(ms|s)$/, 'a time such as 2s, 1.5s or 300ms');

export const shareSchema = z.number().min(0).max(1);

/** `512kbit`, `2mbit` or `1.5mbit`, a second. */
const rate = z.string().regex(/^\d{1,5}(\.\d{1,3})?(kbit|mbit)$/, 'a rate such as 512kbit or 2mbit');

/** Between the outermost router of a site, or its hosts, and the rest of the network; up is away from the hosts. */
export const lineKeys = {
  /** Of every packet, each way. */
  delay: durationSchema.optional(),
  /** Up to so much more, of each packet by itself; packets may overtake each other. */
  jitter: durationSchema.optional(),
  /** What does not fit waits for 200 ms at most, and is lost then. */
  rate: z.strictObject({ up: rate.optional(), down: rate.optional() }).optional(),
  /** Share of UDP packets lost on the line of this site. */
  loss: z
    .strictObject({
      up: shareSchema.default(0),
      down: shareSchema.default(0),
      /** So many are lost in a row, on average; the share stays the same. 1: each is decided by itself. */
      burst: z.number().min(1).max(1_000).default(1),
    })
    .prefault({}),
};
