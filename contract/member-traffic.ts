/** What a member sent and received while its connections stood: rates over one window, from the browser’s own counters. */
import { z } from 'zod';
import { msSchema } from './basics.ts';

const rate = z.number().min(0);

/** Over the selected pairs of all connections; IP and UDP headers (28 bytes a packet over IPv4) are not in it. */
const flowSchema = z.object({
  kbps: rate,
  /** null: this browser does not count packets of a pair. */
  packetsPerSec: rate.nullable(),
});

export const memberTrafficSchema = z.object({
  windowMs: msSchema,
  /** Connections that stood at the end of the window. */
  connections: z.int().min(0),
  up: flowSchema,
  down: flowSchema,
  /** Pictures per second, over all encoders and all decoders; null: not reported (bots). */
  encodedFps: rate.nullable(),
  decodedFps: rate.nullable(),
  /** W3C totalEncodeTime / framesEncoded and totalDecodeTime / framesDecoded, over the window. */
  encodeMsPerFrame: rate.nullable(),
  decodeMsPerFrame: rate.nullable(),
  /**
   * What held the encoders back for most of the window (W3C qualityLimitationDurations). A run that is limited by the
   * processor says nothing about its path. null: not reported.
   */
  limitedBy: z.enum(['none', 'cpu', 'bandwidth', 'other']).nullable(),
});
export type MemberTraffic = z.infer<typeof memberTrafficSchema>;
