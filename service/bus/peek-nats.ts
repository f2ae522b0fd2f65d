/** What a NATS server says of itself before anybody has signed in. */
import { connect } from 'node:net';
import { z } from 'zod';

const infoSchema = z.object({ tls_verify: z.boolean().default(false) });
export type NatsInfo = z.infer<typeof infoSchema>;

const waitMs = 1_000;
/** Longer than any INFO line of a cluster. */
const mostBytes = 65_536;
const usualPort = 4222;

/** Never rejects; null: it says nothing that looks like NATS. */
export function peekNats(server: string): Promise<NatsInfo | null> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: port === '' ? usualPort : Number(port) });
    const end = (info: NatsInfo | null): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(info);
    };
    const late = setTimeout(() => end(null), waitMs);
    let said = '';
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      if (said.includes('\n') || said.length > mostBytes) end(read(said));
    });
  });
}

function read(line: string): NatsInfo | null {
  const [, text = ''] = /^INFO (\{.*\})\s*$/m.exec(line) ?? [];
  try {
    return infoSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
