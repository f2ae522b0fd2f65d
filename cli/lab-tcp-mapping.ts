/** Where a TCP port of this host is for the world outside: asked of a STUN server over TCP (RFC 8489 §6.2.2). */
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import type { Endpoint } from '../stun/endpoint.ts';
import { StreamFramer } from '../stun/framer.ts';
import { decodeMessage, encodeMessage, getAttribute, methods } from '../stun/message.ts';

export interface Reflexive {
  readonly local: Endpoint;
  readonly mapped: Endpoint;
  /** While it is open the NAT keeps the port. */
  readonly socket: Socket;
}

const giveUpMs = 3_000;

/** Null: no answer, or there is no NAT in between. Never rejects. */
export function reflexiveOverTcp(server: Endpoint, localAddress: string): Promise<Reflexive | null> {
  const socket = new Socket();
  return new Promise((resolve) => {
    const end = (found: Reflexive | null) => {
      clearTimeout(timer);
      if (found === null) socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => end(null), giveUpMs);
    const framer = new StreamFramer();
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('data', (chunk) => {
      for (const frame of framer.push(chunk).frames) {
        const mapped = frame.kind === 'stun' ? mappedIn(frame.bytes) : null;
        if (mapped === null) continue;
        const local = { address: localAddress, port: socket.localPort ?? 0 };
        end(mapped.address === localAddress ? null : { local, mapped, socket });
      }
    });
    socket.connect({ host: server.address, port: server.port, localAddress }, () => {
      const transactionId = new Uint8Array(randomBytes(12));
      socket.write(
        encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes: [] }),
      );
    });
  });
}

function mappedIn(bytes: Uint8Array): Endpoint | null {
  const decoded = decodeMessage(bytes);
  return decoded.ok ? (getAttribute(decoded.message, 'XOR-MAPPED-ADDRESS') ?? null) : null;
}
