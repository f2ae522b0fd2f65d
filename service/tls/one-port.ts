/**
 * HTTPS, and on the same port the way to it: who opens the address without `https://` is sent on, instead of being
 * met with silence.
 */
import { createServer as createPlainServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { KeyAndCertificate } from './self-signed.ts';

/** RFC 8446 §5.1: a TLS connection begins with a handshake record. */
const handshake = 22;
/** Time for the first byte. */
const silenceMs = 10_000;

export type SecureServer = ReturnType<typeof createServer>;

export function createSecureServer(
  { key, cert }: KeyAndCertificate,
  options: ServerOptions & { readonly requestTimeout: number },
  onRequest: RequestListener,
): SecureServer {
  const { requestTimeout } = options;
  const handshakeTimeout = requestTimeout;
  const server = createServer({ ...options, handshakeTimeout, key, cert, minVersion: 'TLSv1.2' }, onRequest);
  const plain = createPlainServer(options, redirect);
  const toTls = server.listeners('connection');
  server.removeAllListeners('connection');
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    const giveUp = (): void => void socket.destroy();
    socket.setTimeout(silenceMs, giveUp);
    socket.once('error', giveUp);
    socket.once('close', () => silent.delete(socket));
    socket.once('data', (first: Buffer) => {
      silent.delete(socket);
      socket.setTimeout(0);
      socket.off('timeout', giveUp);
      socket.off('error', giveUp);
      socket.pause();
      socket.unshift(first);
      // TLS takes over what has been read already; HTTP gets it once it listens.
      if (first[0] === handshake) for (const listener of toTls) listener.call(server, socket);
      else {
        // It listens nowhere itself, so Node does not look for its late requests.
        const late = setTimeout(giveUp, requestTimeout);
        socket.once('close', () => clearTimeout(late));
        plain.emit('connection', socket);
        process.nextTick(() => socket.resume());
      }
    });
  });
  // Browsers open connections that they may need, and say nothing on them: a server that closes must not wait.
  const close = server.close.bind(server);
  server.close = (callback) => {
    for (const socket of silent) socket.destroy();
    plain.closeAllConnections();
    return close(callback);
  };
  return server;
}

/** RFC 9110 §15.4.9: 308 keeps the method. */
const redirect: RequestListener = (request, response) => {
  const { host } = request.headers;
  const isName = host !== undefined && /^[\w.[\]:-]{1,255}$/.test(host);
  const location = isName ? { location: `https://${host}${request.url ?? '/'}` } : {};
  response.writeHead(isName ? 308 : 400, { ...location, connection: 'close' }).end();
};
