/** The bots of a comparison, in a process of their own: the native library must not be loaded where servers are. */
import { z } from 'zod';
import { compareMediaSchema } from '../../contract/comparison.ts';
import type { ParticipantOrder } from '../../contract/participant.ts';
import { Bot } from '../../rooms/bot/io/bot.ts';
import { callService } from '../service-client.ts';
import { openBotRelay } from './bot-relay.ts';

/** Comes on stdin, because it holds the room’s token. */
const botOrdersSchema = z.object({
  service: z.url(),
  room: z.string(),
  token: z.string(),
  names: z.array(z.string()).min(1),
  order: z.object({
    others: z.int(),
    media: compareMediaSchema,
    warmUpSec: z.number(),
    holdSec: z.number(),
    limitSec: z.number(),
  }),
});
export type BotOrders = z.infer<typeof botOrdersSchema>;

export async function runBots(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { service, room, token, names, order } = botOrdersSchema.parse(
    JSON.parse(String(Buffer.concat(chunks))),
  );
  for (const name of names) {
    const own: ParticipantOrder = { ...order, name };
    await Bot.join({
      service,
      room,
      token,
      order: own,
      openRelay: openBotRelay,
      // A report that is not taken is missed by who waits for it, and told of there.
      onReport: async (report) => {
        await callService(new URL(service), 'addReport', { body: report, adminToken: null }).catch(
          () => null,
        );
      },
    });
  }
}
