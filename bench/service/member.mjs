import WebSocket from 'ws';
import { admitted } from './child.mjs';

/**
 * Joins over HTTP, opens the channel, and is welcome; null: it was turned away. `onOffer` is called when an offer comes.
 * @param clients see child.mjs
 */
export async function enter(url, clients, { room, joinToken }, onOffer) {
  const startedMs = performance.now();
  const request = JSON.stringify({ token: joinToken, kind: 'bot' });
  const answer = await clients.post(`${url}/api/rooms/${room.id}/members`, request);
  if (!admitted(answer)) return null;
  const joined = JSON.parse(answer.text);
  const httpMs = performance.now() - startedMs;
  const socket = new WebSocket(new URL(joined.channelPath, url.replace('http', 'ws')), {
    localAddress: clients.address(),
    perMessageDeflate: false,
  });
  const welcome = await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the service hung up')));
    socket.on('open', () => {
      const { session } = joined;
      socket.send(JSON.stringify({ type: 'hello', version: 1, room: room.id, session, lastSeq: null }));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'welcome') resolve(message);
      if (message.type === 'error') reject(new Error(message.message));
      if (message.type === 'offer') onOffer(message);
    });
  });
  return { socket, welcome, startedMs, httpMs };
}

/** Of a newcomer that has said nothing yet. Resolves when the service has hung up. */
export function leave({ socket }) {
  return new Promise((resolve) => {
    socket.removeAllListeners('close');
    socket.on('close', resolve);
    socket.send(JSON.stringify({ type: 'leave', n: 1 }));
  });
}

/** Without a word. */
export function cut(socket) {
  socket.removeAllListeners('close');
  socket.terminate();
}
