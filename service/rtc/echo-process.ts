/**
 * Entry of the echo process, forked by echo-pool.ts. Holds the peers of all sessions, so that a crash of the
 * native library takes down neither the service nor anything it stores.
 */
import { endWithService } from '../forked.ts';
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
endWithService();
