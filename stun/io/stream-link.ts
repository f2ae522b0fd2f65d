import net from 'node:net';
import tls from 'node:tls';
import type { Endpoint } from '../endpoint.ts';
import type { LinkError } from '../machine.ts';
import { flushLimitMs, type Link, type LinkEvents, toEndpoint, toLinkError } from './link.ts';

export interface TlsSettings {
  /** PEM; replaces the system's authorities. */
  readonly ca?: string;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
}

export interface StreamLinkOptions {
  readonly to: Endpoint;
  readonly bindAddress?: string | undefined;
  /** Default: any free one. A port that streams of this process use already can be shared on Linux (SO_REUSEADDR). */
  readonly bindPort?: number | undefined;
  /** Absent: plain TCP. */
  readonly tls?: TlsSettings & {
    /** The name for SNI and for the certificate; without it the certificate must carry the IP address. */
    readonly serverName?: string | undefined;
  };
  /** For the connection and, with TLS, the handshake together. */
  readonly connectTimeoutMs: number;
}

/** More than this waiting in the process means that the other side does not read; further sends fail. */
const maxUnsentBytes = 4 * 1024 * 1024;

export function openStreamLink(options: StreamLinkOptions, events: LinkEvents): Link {
  const socket = connect(options);
  const link = linkOver(socket, options.to, events);
  const connectTimer = setTimeout(() => {
    const reached = options.tls !== undefined && socket.localPort !== undefined && !socket.connecting;
    const [code, missing] = reached
      ? ['ERR_TLS_HANDSHAKE_TIMEOUT', 'TLS handshake did not finish']
      : ['ETIMEDOUT', 'no connection'];
    const message = `${missing} within ${options.connectTimeoutMs} ms`;
    socket.destroy(Object.assign(new Error(message), { code }));
  }, options.connectTimeoutMs);
  socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => {
    clearTimeout(connectTimer);
    link.open();
  });
  socket.once('close', () => clearTimeout(connectTimer));
  return link;
}

/** A stream that the other side opened. */
export function acceptedStreamLink(socket: net.Socket, events: LinkEvents): Link {
  const from = toEndpoint(socket.remoteAddress ?? '', socket.remotePort ?? 0);
  const link = linkOver(socket, from, { ...events, onOpen: (local) => events.onOpen(local, from) });
  // Not within this call: events come only after the caller has its link.
  queueMicrotask(() => link.open());
  return link;
}

function linkOver(socket: net.Socket, to: Endpoint, events: LinkEvents): Link & { open(): void } {
  let state: 'opening' | 'open' | 'closed' = 'opening';
  let failure: LinkError | undefined;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.setNoDelay(true);
  socket.on('data', (bytes: Uint8Array) => {
    if (state === 'open') events.onBytes(to, bytes);
  });
  socket.on('error', (error) => {
    failure ??= toLinkError(error);
  });
  socket.once('close', () => {
    const before = state;
    state = 'closed';
    if (before === 'opening')
      events.onOpenFailed(failure ?? { code: 'ECONNRESET', message: 'closed while connecting' });
    else if (before === 'open') events.onClosed(failure);
  });

  return {
    open() {
      if (state !== 'opening') return;
      state = 'open';
      events.onOpen(toEndpoint(socket.localAddress ?? '', socket.localPort ?? 0));
    },
    send(target, bytes) {
      if (state !== 'open') events.onSendFailed(target, { code: 'EPIPE', message: 'stream is not open' });
      else if (socket.writableLength > maxUnsentBytes)
        events.onSendFailed(target, { code: 'ENOBUFS', message: 'the other side does not read' });
      else socket.write(bytes);
    },
    waitingBytes: () => socket.writableLength,
    read(on) {
      if (on) socket.resume();
      else socket.pause();
    },
    async close(how) {
      const wasOpen = state === 'open';
      state = 'closed';
      if (how === 'flush' && wasOpen) {
        const limit = setTimeout(() => socket.destroy(), flushLimitMs);
        socket.destroySoon();
        await closed;
        clearTimeout(limit);
      }
      socket.destroy();
      return closed;
    },
  };
}

function connect({ to, bindAddress, bindPort, tls: settings }: StreamLinkOptions): net.Socket {
  const target = {
    host: to.address,
    port: to.port,
    ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    ...(bindPort === undefined ? {} : { localPort: bindPort }),
  };
  if (settings === undefined) return net.connect(target);
  const { serverName, ca, rejectUnauthorized } = settings;
  return tls.connect({
    ...target,
    // RFC 6066 s3: SNI carries names only. For an IP address Node checks the certificate against `host`.
    ...(serverName === undefined || net.isIP(serverName) !== 0 ? {} : { servername: serverName }),
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: rejectUnauthorized ?? true,
  });
}
