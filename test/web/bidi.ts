/** WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): commands with their replies, and what the page logs. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

const replySchema = z.object({
  type: z.enum(['success', 'error', 'event']),
  id: z.int().nullable().optional(),
  method: z.string().optional(),
  params: z.object({ level: z.string().optional(), text: z.string().nullable().optional() }).optional(),
  result: z.unknown().optional(),
  message: z.string().optional(),
});
type Reply = z.infer<typeof replySchema>;

const commandMs = 60_000;

export interface Bidi {
  /** @throws Error when the browser refuses, is silent for a minute, or ends */
  command(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** Errors that pages have logged, once `log.entryAdded` is subscribed. */
  readonly problems: readonly string[];
  hangUp(): void;
}

/**
 * @param address `ws://…`, or `ws+unix:PATH:/session`
 * @param host address and port that the browser listens on: it takes no other `Host`
 */
export async function connectBidi(address: string, host: string): Promise<Bidi> {
  const socket = new WebSocket(address, { maxPayload: 64 << 20, headers: { host } });
  await once(socket, 'open');
  const problems: string[] = [];
  const waiting = new Map<number, { take(reply: Reply): void; fail(why: string): void }>();
  socket.on('close', () => {
    for (const { fail } of waiting.values()) fail('the browser has ended');
  });
  socket.on('message', (data) => {
    const reply = replySchema.parse(JSON.parse(String(data)));
    if (reply.type !== 'event') waiting.get(reply.id ?? 0)?.take(reply);
    else if (reply.method === 'log.entryAdded' && reply.params?.level === 'error') {
      problems.push(reply.params.text ?? '');
    }
  });
  let commands = 0;
  const ask = (method: string, params: Record<string, unknown>): Promise<Reply> => {
    commands += 1;
    const id = commands;
    let timer: NodeJS.Timeout | undefined;
    return new Promise<Reply>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${method}: ${why}`));
      timer = setTimeout(fail, commandMs, 'no answer');
      waiting.set(id, { take: resolve, fail });
      socket.send(JSON.stringify({ id, method, params }));
    }).finally(() => {
      clearTimeout(timer);
      waiting.delete(id);
    });
  };
  return {
    problems,
    command: async (method, params) => {
      const reply = await ask(method, params);
      if (reply.type === 'error') throw new Error(`${method}: ${reply.message}`);
      return reply.result;
    },
    hangUp: () => socket.terminate(),
  };
}
