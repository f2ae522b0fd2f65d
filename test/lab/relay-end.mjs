// One end of relayed paths: our own TURN client with one allocation, which asks for a permission and exchanges a ping
// per peer. Needs the build. Used by ice-agent.mjs, because the library there can neither be held to relayed
// candidates nor reach a TURN server over TCP or TLS.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { drive } from '../../dist/stun/io/drive.js';
import { AllocationClient } from '../../dist/turn/client/allocation-client.js';

/** How soon an order is taken up, since the loop that drives the machine cannot be called from outside. */
const pollMs = 25;
/** Pings to a peer until one is answered. */
const pings = 20;
const pingEveryMs = 100;

/** @param server {address, port, transport, username, password, caFile} */
export function relayEnd(server) {
  const { address, port, transport, username, password, caFile } = server;
  const client = new AllocationClient({
    server: { address, port },
    transport,
    family: 'ipv4',
    serverName: address,
    credentials: { username, password },
    random: (size) => randomBytes(size),
  });
  const orders = [];
  const waiting = new Map();
  let opened;
  const relayed = new Promise((resolve) => {
    opened = resolve;
  });

  const machine = {
    handle(nowMs, input) {
      const effects = client.handle(nowMs, input);
      for (let order = orders.shift(); order !== undefined; order = orders.shift())
        effects.push(...order(nowMs));
      return effects;
    },
    nextDeadlineMs() {
      const own = client.nextDeadlineMs();
      const poll = performance.now() + pollMs;
      return own === null ? poll : Math.min(own, poll);
    },
    isFinished: () => client.isFinished(),
  };

  function onEvent(event) {
    if (event.kind === 'allocated') opened(event.relayed);
    if (event.kind === 'failed') opened(null);
    if (event.kind !== 'data') return;
    const text = Buffer.from(event.bytes).toString();
    if (text === 'ping') orders.push((nowMs) => client.sendTo(nowMs, event.from, Buffer.from('pong')));
    else waiting.get(`${event.from.address}:${event.from.port}`)?.();
  }

  const ended = drive(machine, { onEvent, tls: caFile ? { ca: readFileSync(caFile, 'utf8') } : {} });
  return {
    relayed,
    /** Permits the peer and pings it; true when it answers. */
    async meet(peer) {
      const key = `${peer.address}:${peer.port}`;
      orders.push((nowMs) => client.createPermission(nowMs, [peer]));
      for (let sent = 0; sent < pings; sent += 1) {
        const answered = new Promise((resolve) => {
          waiting.set(key, () => resolve(true));
          setTimeout(() => resolve(false), pingEveryMs);
        });
        orders.push((nowMs) => client.sendTo(nowMs, peer, Buffer.from('ping')));
        if (await answered) return true;
      }
      return false;
    },
    async close() {
      orders.push((nowMs) => client.release(nowMs));
      await ended;
    },
  };
}
