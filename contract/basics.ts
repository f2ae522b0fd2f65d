/** Small shapes that every report is made of. */
import { z } from 'zod';

export const endpointSchema = z.object({
  /** IP literal; browsers may give an mDNS name (`….local`) instead. */
  address: z.string().max(255),
  port: z.int().min(0).max(65535),
});

/** Milliseconds, not negative; fractions allowed. */
export const msSchema = z.number().min(0).max(1e9);
/** ISO 8601 with zone. */
export const isoTimeSchema = z.iso.datetime({ offset: true });
/** Opaque id made by us: letters, digits, `_`, `-`. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const transports = ['udp', 'tcp', 'tls'] as const;
export const transportSchema = z.enum(transports);
export type Transport = z.infer<typeof transportSchema>;

/** How media travels between two ends. `mesh` is direct. */
export const paths = ['mesh', 'sfu', 'mcu', 'relay'] as const;
export const pathSchema = z.enum(paths);
export type Path = z.infer<typeof pathSchema>;

/**
 * The success ladder: how far an attempt came. S0 signalling, S1 candidate of the wanted type, S2 ICE
 * connected, S3 DTLS connected, S4 data message echoed, S5 first RTP packet, S6 first frame decoded, S7 stable
 * for 5 s. `none` means that not even signalling worked.
 */
export const rungs = ['none', 'S0', 'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7'] as const;
export const rungSchema = z.enum(rungs);
export type Rung = z.infer<typeof rungSchema>;

/** The one-sentence answer on top of every report. */
export const headlineSchema = z.object({
  /** good: all is well · limited: works with a restriction · bad: does not work · unknown: cannot be said. */
  status: z.enum(['good', 'limited', 'bad', 'unknown']),
  /** Stable id of the finding, kebab-case. */
  code: z.string().max(64),
  sentence: z.string().max(500),
  /** What to do next, most useful first. */
  advice: z.array(z.string().max(500)).max(20),
});
export type Headline = z.infer<typeof headlineSchema>;
