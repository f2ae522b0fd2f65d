/** WebSocket `/ws/nat`: one test of the NAT in front of a browser tab. */
import type {} from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { TabNatServerMessage } from '../../contract/tab-nat.ts';
import type { TabCorners } from '../../probe/tab/tab-plan.ts';
import { familyOf } from '../../stun/endpoint.ts';
import type { StunServerHandle } from '../../turn/io/stun-server.ts';
import { RateTable } from '../../turn/server/rate-table.ts';
import { isWildcard } from '../loopback.ts';
import { TabDesk } from '../tab/tab-desk.ts';
import { helloDeadlineMs, maxTests, maxTestsPerAddress, testRate } from '../tab/tab-limits.ts';
import { TabSession } from '../tab/tab-session.ts';
import { reachedBy } from './reached-by.ts';

/** WebSocket close codes (RFC 6455 §7.4.1). */
const closeNormal = 1000;
const closeTryAgain = 1013;

/**
 * Adds the route. `@fastify/websocket` must be registered.
 * @param servers whose sockets the tests share; one for each address family
 */
export function registerTabNat(app: FastifyInstance, servers: readonly StunServerHandle[]): void {
  const nowMs = () => performance.now();
  const desk: TabDesk = new TabDesk(nowMs, (corner, to, bytes) =>
    sends.get(familyOf(to.address))?.(corner, to, bytes),
  );
  const sends = new Map(
    servers.map((server) => [
      familyOf(server.endpoints.PP.address),
      server.share((corner, from, bytes) => desk.take(corner, from, bytes)),
    ]),
  );
  const rate = new RateTable(testRate);
  const open = new Map<string, number>();
  let tests = 0;

  app.get('/ws/nat', { websocket: true }, (socket, request) => {
    const send = (message: TabNatServerMessage): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    };
    const { ip } = request;
    const mine = open.get(ip) ?? 0;
    if (tests >= maxTests || mine >= maxTestsPerAddress || !rate.take(nowMs(), ip)) {
      send({ type: 'error', code: 'rate-limited', message: 'All NAT tests are taken; try again soon.' });
      socket.close(closeTryAgain);
      return;
    }
    tests += 1;
    open.set(ip, mine + 1);
    const session = new TabSession({
      desk,
      corners: announced(servers, reachedBy(request)),
      nowMs,
      send,
      hangUp: () => socket.close(closeNormal),
    });
    const helloTimer = setTimeout(() => {
      if (!session.greeted) session.fail('timeout', 'No hello came.');
    }, helloDeadlineMs);
    socket.on('message', (data, isBinary) => {
      if (isBinary) session.fail('request-invalid', 'Messages are text.');
      else session.receive(data.toString());
    });
    socket.on('error', () => session.close());
    socket.on('close', () => {
      clearTimeout(helloTimer);
      tests -= 1;
      const left = (open.get(ip) ?? 1) - 1;
      if (left === 0) open.delete(ip);
      else open.set(ip, left);
      session.close();
    });
  });
}

/** Where the server listens on every address, the page is told the one by which it reached us. */
function announced(servers: readonly StunServerHandle[], reached: string): TabCorners {
  const host = reached.replace(/^::ffff:(?=\d+\.)/, '');
  const family = familyOf(host);
  const server = servers.find(({ endpoints }) => familyOf(endpoints.PP.address) === family) ?? servers[0];
  if (server === undefined) throw new Error('a NAT test needs a STUN server');
  const { PP, PA } = server.endpoints;
  if (!isWildcard(PP.address)) return server.endpoints;
  return { PP: { ...PP, address: host }, ...(PA && { PA: { ...PA, address: host } }) };
}
