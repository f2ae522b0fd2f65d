/** What Janus says on its WebSocket (its documentation, “JSON API”), as far as it is used here. */
import { z } from 'zod';
import { maxSdpLength } from '../../../contract/signal.ts';

const jsepSchema = z.object({ type: z.enum(['offer', 'answer']), sdp: z.string().max(maxSdpLength) });
export type Jsep = z.infer<typeof jsepSchema>;

const pluginDataSchema = z.record(z.string(), z.unknown());
export type PluginData = z.infer<typeof pluginDataSchema>;

export const janusReplySchema = z.object({
  /** success, ack, error, event, webrtcup, media, slowlink, hangup, detached, timeout, trickle */
  janus: z.string(),
  transaction: z.string().optional(),
  /** The handle that it is about. */
  sender: z.number().optional(),
  data: z.object({ id: z.number() }).optional(),
  plugindata: z.object({ data: pluginDataSchema }).optional(),
  jsep: jsepSchema.optional(),
  error: z.object({ code: z.number(), reason: z.string() }).optional(),
  reason: z.string().optional(),
});
export type JanusReply = z.infer<typeof janusReplySchema>;

/** Janus refused a request. */
export class JanusError extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(`Janus: ${reason} (${code})`);
    this.code = code;
  }
}

/** Plugins report their errors inside a successful reply. */
export function refusalOf(reply: JanusReply): JanusError | null {
  if (reply.error !== undefined) return new JanusError(reply.error.code, reply.error.reason);
  const data = reply.plugindata?.data;
  const code = data?.['error_code'];
  return typeof code === 'number' ? new JanusError(code, String(data?.['error'] ?? 'refused')) : null;
}
