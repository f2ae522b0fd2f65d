import { z } from 'zod';
import { idSchema, transportSchema } from './basics.ts';

/** How the members of a room reach each other. */
export const roomPathSchema = z.discriminatedUnion('kind', [
  /** One connection per pair of members, direct: no TURN server is handed out. */
  z.strictObject({ kind: z.literal('mesh') }),
  /** One connection per pair, relay candidates only; `transport`: the leg to the TURN server, null: any. */
  z.strictObject({ kind: z.literal('relay'), transport: transportSchema.nullable().default(null) }),
  /** Every member talks to a media server only, which is the member `sfu`; `server` names which one. */
  z.strictObject({ kind: z.literal('sfu'), server: idSchema.default('embedded') }),
  /** As above with the member `mcu`; audio only. */
  z.strictObject({ kind: z.literal('mcu'), server: idSchema.default('janus') }),
]);
export type RoomPath = z.infer<typeof roomPathSchema>;
