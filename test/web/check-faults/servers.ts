/** Entries of the service’s list of servers, and programs that stand in the way. */
import type { FaultStage } from './fault.ts';
import { ports, turnName } from './stage.ts';

type Entry = Record<string, unknown>;
type Login = { readonly username: string; readonly password: string };

export function entry(urls: readonly string[], login: Login): Entry {
  const { username, password } = login;
  return { label: 'relay', urls, auth: 'password', username, credential: password };
}

export const over = (address: string, transport: 'udp' | 'tcp', port: number = ports.turn): string =>
  `turn:${address}:${port}?transport=${transport}`;
export const overTls = `turns:${turnName}:${ports.tls}?transport=tcp`;

/** All of the sound server, by its address; over TLS by its name. */
export async function sound({ a, coturn }: FaultStage): Promise<Entry[]> {
  return [entry([over(a, 'udp'), over(a, 'tcp'), overTls], coturn)];
}

/** Both sides know the name of the TURN server. */
export const named = { client: [`11.78.1.10 ${turnName}`], service: [`11.78.1.10 ${turnName}`] };

/** Answers every HTTP request with a sign-in page, as a Wi-Fi does that wants a login first. */
export const signInPage = `
require('node:http').createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!doctype html><title>Wi-Fi</title><p>Please sign in.');
}).listen(Number(process.argv[2]), process.argv[1], () => console.log('ready'));`;

/** Passes HTTP and cuts every WebSocket. */
export const proxyWithoutWebSocket = `
const http = require('node:http');
const [, address, port, target] = process.argv;
const { hostname, port: targetPort } = new URL(target);
const server = http.createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = http.request({ hostname, port: targetPort, method, path: url, headers }, (reply) => {
    outgoing.writeHead(reply.statusCode, reply.headers);
    reply.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
});
server.on('upgrade', (request, socket) => socket.destroy());
server.listen(Number(port), address, () => console.log('ready'));`;

/** Ends TLS with a certificate of its own and opens TLS anew to the server. */
export const interceptor = `
const tls = require('node:tls');
const { readFileSync } = require('node:fs');
const [, address, port, key, cert, target] = process.argv;
tls.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (inside) => {
  const outside = tls.connect({ host: target, port: ${ports.tls}, rejectUnauthorized: false });
  inside.pipe(outside).pipe(inside);
  for (const socket of [inside, outside]) socket.on('error', () => { inside.destroy(); outside.destroy(); });
}).on('tlsClientError', () => {}).listen(Number(port), address, () => console.log('ready'));`;
