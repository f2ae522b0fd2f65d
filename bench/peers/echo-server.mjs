/** What Node itself costs: a socket that answers every datagram with 32 bytes, as long as a Binding answer. Usage: PORT */
import { createSocket } from 'node:dgram';

const socket = createSocket({ type: 'udp4', lookup: (address, _options, done) => done(null, address, 4) });
const reply = Buffer.alloc(32);
socket.on('message', (bytes, { port, address }) => {
  bytes.copy(reply, 0, 0, 20);
  socket.send(reply, port, address, () => {});
});
socket.bind(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
