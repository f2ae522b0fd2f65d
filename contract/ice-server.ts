import { z } from 'zod';

/** W3C `RTCIceServer`, as handed to a browser. TURN passwords in it are short-lived where `auth` is `secret`. */
export const iceServerSchema = z.object({
  urls: z.union([z.string(), z.array(z.string())]),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof iceServerSchema>;
