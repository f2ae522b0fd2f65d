/**
 * Entry of the echo process, forked by echo-pool.ts. Holds the peers of all sessions, so that a crash of the
 * native library takes down neither the service nor anything it stores.
 */
import { type EchoNews, echoOrderSchema } from './echo-messages.ts';
import { EchoPeer } from './echo-peer.ts';

const peers = new Map<string, EchoPeer>();

function tell(news: EchoNews): void {
  // The callback takes the error of a service that went away in between.
  if (process.connected) process.send?.(news, () => undefined);
}

function obey(message: unknown): void {
  const parsed = echoOrderSchema.safeParse(message);
  if (!parsed.success) return;
  const order = parsed.data;
  if (order.type === 'candidate') peers.get(order.session)?.addCandidate(order.candidate, order.mid);
  else if (order.type === 'close') end(order.session);
  else {
    end(order.session);
    try {
      peers.set(order.session, new EchoPeer(order, tell));
    } catch (error) {
      const problem = error instanceof Error ? error.message : 'the offer was refused';
      tell({ type: 'refused', session: order.session, problem: problem.slice(0, 300) });
    }
  }
}

function end(session: string): void {
  peers.get(session)?.close();
  peers.delete(session);
}

process.on('message', obey);
// The service is gone, however it ended: nothing may stay behind. Not process.exit(): it would wait for the
// threads of the native library, a second or more.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl+C reaches the whole process group; the service decides when this process ends.
process.on('SIGINT', () => undefined);
