import dgram from 'node:dgram';
import type { AddressFamily } from '../endpoint.ts';
import { flushLimitMs, type Link, type LinkEvents, toEndpoint, toLinkError } from './link.ts';

export interface UdpLinkOptions {
  readonly family: AddressFamily;
  /** Local address; without it the wildcard of the family. */
  readonly bindAddress?: string | undefined;
  /** Local port; without it any free one. */
  readonly port?: number | undefined;
  /** Asked of the kernel for datagrams that wait to be read; it may give less. */
  readonly receiveBufferBytes?: number | undefined;
}

/** Datagrams that the kernel has not taken yet. More than this are not queued but fail, as on a full line. */
const maxUnsent = 4096;

/**
 * An unconnected UDP socket. Errors that the kernel gives at send time (no route, blocked by a
 * local firewall, too long) become `onSendFailed`; ICMP errors that come later do not reach unconnected sockets.
 */
export function openUdpLink(options: UdpLinkOptions, events: LinkEvents): Link {
  const { family, bindAddress, port = 0, receiveBufferBytes } = options;
  const numericFamily = family === 'ipv4' ? 4 : 6;
  const socket = dgram.createSocket({
    type: family === 'ipv4' ? 'udp4' : 'udp6',
    ipv6Only: family === 'ipv6',
    ...(receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }),
    // Destinations are literals; without this every datagram would take a turn through dns.lookup.
    lookup: (address, _options, done) => done(null, address, numericFamily),
  });
  let state: 'opening' | 'open' | 'closed' = 'opening';
  let unsent = 0;
  let onFlushed: (() => void) | null = null;
  const closed = new Promise<void>((resolve) => socket.once('close', resolve));

  function shut(): void {
    if (state === 'closed') return;
    state = 'closed';
    socket.close();
  }

  socket.on('error', (error) => {
    const before = state;
    shut();
    if (before === 'opening') events.onOpenFailed(toLinkError(error));
    else if (before === 'open') events.onClosed(toLinkError(error));
  });
  socket.on('message', (bytes, from) => {
    if (state === 'open') events.onBytes(toEndpoint(from.address, from.port), bytes);
  });
  // Not within this call: binding can fail at once, and events come only after the caller has its link.
  queueMicrotask(() => {
    if (state !== 'opening') return;
    const where = bindAddress === undefined ? {} : { address: bindAddress };
    socket.bind({ port, exclusive: true, ...where }, () => {
      if (state !== 'opening') return;
      state = 'open';
      const local = socket.address();
      events.onOpen(toEndpoint(local.address, local.port));
    });
  });

  return {
    send(to, bytes) {
      if (state !== 'open') {
        events.onSendFailed(to, { code: 'EBADF', message: 'socket is not open' });
        return;
      }
      if (unsent >= maxUnsent) {
        events.onSendFailed(to, { code: 'ENOBUFS', message: 'too many datagrams wait to be sent' });
        return;
      }
      unsent++;
      try {
        socket.send(bytes, to.port, to.address, (error) => {
          unsent--;
          if (error !== null && state === 'open') events.onSendFailed(to, toLinkError(error));
          if (unsent === 0) onFlushed?.();
        });
      } catch (error) {
        // Bad ports and the like are thrown at once; the machine hears of them the same way.
        unsent--;
        events.onSendFailed(to, toLinkError(error));
      }
    },
    async close(how) {
      if (how === 'flush' && state === 'open' && unsent > 0) {
        await new Promise<void>((resolve) => {
          const limit = setTimeout(resolve, flushLimitMs);
          onFlushed = () => {
            clearTimeout(limit);
            resolve();
          };
        });
      }
      shut();
      return closed;
    },
  };
}
