/**
 * Every faulty STUN server of the accuracy matrix on real sockets, each with ports of its own, until it is killed.
 * Argument: JSON { addresses: [first, second], ports: { [kind]: first of two ports } }. Says `ready` when all listen.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cornersOf, serverKinds } from '../../dist/bench/accuracy/server-kinds.js';

const { addresses, ports } = JSON.parse(process.argv[2]);

async function serve(kind, port) {
  const { machine, sockets } = serverKinds[kind](cornersOf(addresses, port));
  const open = {};
  for (const [name, endpoint] of Object.entries(sockets)) {
    const socket = createSocket('udp4');
    open[name] = socket;
    socket.on('message', (bytes, { address, port: from }) => {
      const input = { kind: 'received', socket: name, from: { address, port: from }, bytes };
      for (const effect of machine.handle(performance.now(), input)) {
        if (effect.kind === 'send')
          open[effect.socket]?.send(effect.bytes, effect.to.port, effect.to.address);
      }
    });
    socket.bind(endpoint.port, endpoint.address);
    await once(socket, 'listening');
  }
}

await Promise.all(Object.entries(ports).map(([kind, port]) => serve(kind, port)));
console.log('ready');
