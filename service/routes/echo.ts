/** WebSocket `/ws/echo`: signals one WebRTC session between a client and the service’s echo peer. */
import { randomBytes } from 'node:crypto';
import type {} from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { EchoServerMessage } from '../../contract/signal.ts';
import { helloDeadlineMs, peersPerSession } from '../rtc/echo-limits.ts';
import { EchoPool } from '../rtc/echo-pool.ts';
import { EchoSession } from '../rtc/echo-session.ts';

export interface EchoOptions {
  /** Sessions at the same time; further ones are told `rate-limited`. */
  readonly sessions: number;
  /** A session ends after this many seconds, whatever happens. */
  readonly seconds: number;
  /** Addresses that no check is sent to. */
  readonly refuses: (address: string) => boolean;
  /** Bind the peers to this address only. Absent: all addresses, and loopback for clients on this host. */
  readonly bindAddress?: string;
  /** Public addresses of this host that none of its interfaces carries (1:1 NAT of a cloud host). */
  readonly announce?: readonly string[];
}

/** WebSocket close codes (RFC 6455 §7.4.1). */
const closeNormal = 1000;
const closeTryAgain = 1013;

/** Adds the route. `@fastify/websocket` must be registered. The echo process ends with the app. */
export function registerEcho(app: FastifyInstance, options: EchoOptions): { readonly pool: EchoPool } {
  const pool = new EchoPool();
  let open = 0;
  app.addHook('onClose', async () => pool.stop());

  app.get('/ws/echo', { websocket: true }, (socket, request) => {
    const send = (message: EchoServerMessage): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    if (open >= options.sessions) {
      send({ type: 'error', code: 'rate-limited', message: 'All echo sessions are taken; try again soon.' });
      socket.close(closeTryAgain);
      return;
    }
    open += 1;
    const session = new EchoSession({
      id: randomBytes(9).toString('base64url'),
      pool,
      send,
      hangUp: () => socket.close(closeNormal),
      clientIsLocal: isLoopback(request.ip),
      refuses: options.refuses,
      bindAddress: options.bindAddress ?? null,
      announce: options.announce ?? [],
      maxPeers: options.sessions * peersPerSession,
    });
    const helloTimer = setTimeout(() => {
      if (!session.greeted) session.fail('timeout', 'No hello came.');
    }, helloDeadlineMs);
    const endTimer = setTimeout(
      () => session.fail('timeout', `The session has reached its ${options.seconds} seconds.`),
      options.seconds * 1000,
    );
    socket.on('message', (data, isBinary) => {
      if (isBinary) session.fail('request-invalid', 'Messages are text.');
      else session.receive(data.toString());
    });
    socket.on('error', () => session.close());
    socket.on('close', () => {
      clearTimeout(helloTimer);
      clearTimeout(endTimer);
      open -= 1;
      session.close();
    });
  });
  return { pool };
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}
