/**
 * What a STUN server of ours saw of one probe: which requests arrived, and which answers left. A probe opens a
 * session, sends requests whose transaction ids begin with the session’s prefix, and reads the record.
 */
import { z } from 'zod';
import { endpointSchema, idSchema, isoTimeSchema, msSchema } from './basics.ts';

/** Sightings that a session keeps; a probe causes some 150. */
export const maxSightings = 600;

export const witnessSessionSchema = z.object({
  id: idSchema,
  /** Lets its holder, and nobody else, read the record. Sent as `Authorization: Bearer …`. */
  token: z.string().min(16).max(64),
  /** First six bytes of the transaction ids that belong to the session, in hexadecimal. */
  prefix: z.string().regex(/^[0-9a-f]{12}$/),
  expiresAt: isoTimeSchema,
  /** URI of the STUN server that is watched. */
  stun: z.string().max(300),
});
export type WitnessSession = z.infer<typeof witnessSessionSchema>;

export const sightingSchema = z.object({
  /** Transaction id in hexadecimal. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  /** When the request arrived, since the session was opened. */
  atMs: msSchema,
  /** The server’s endpoint that it came to. */
  at: endpointSchema,
  /** How the server saw the sender. */
  from: endpointSchema,
  /**
   * left: an answer was handed to the network · failed: the host refused to send it · none: the server gave no
   * answer · elsewhere: another host was told to answer, and it is not known whether it did.
   */
  answer: z.enum(['left', 'failed', 'none', 'elsewhere']),
  /** The endpoint that the answer left from. */
  answeredFrom: endpointSchema.nullable(),
});
export type Sighting = z.infer<typeof sightingSchema>;

export const witnessRecordSchema = z.object({
  /** The server’s endpoints that are watched. What was sent elsewhere is no business of this witness. */
  watched: z.array(endpointSchema).max(8),
  /** False: there was more than the session keeps, so what is missing here may have arrived all the same. */
  complete: z.boolean(),
  sightings: z.array(sightingSchema).max(maxSightings),
});
export type WitnessRecord = z.infer<typeof witnessRecordSchema>;
