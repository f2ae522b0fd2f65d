/** Accepts TCP streams at one local endpoint and hands them on as links. */
import net from 'node:net';
import { type Endpoint, familyOf } from '../endpoint.ts';
import { type Link, type LinkEvents, toEndpoint, toLinkError } from './link.ts';
import { acceptedStreamLink } from './stream-link.ts';

export interface DoorEvents {
  onOpen(local: Endpoint): void;
  onOpenFailed(error: { readonly code: string; readonly message: string }): void;
  /** The events of a stream that was just accepted; its link follows at once through `onLink`. */
  accept(): LinkEvents & { onLink(link: Link): void };
}

/** Strangers may find the port while it is open. */
const maxAccepted = 16;

export function openStreamDoor(at: Endpoint, events: DoorEvents): Pick<Link, 'close'> {
  const sockets = new Set<net.Socket>();
  let accepted = 0;
  const server = net.createServer((socket) => {
    accepted += 1;
    if (accepted > maxAccepted) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const { onLink, ...linkEvents } = events.accept();
    onLink(acceptedStreamLink(socket, linkEvents));
  });
  let closed = false;
  server.once('error', (error) => {
    if (!closed) events.onOpenFailed(toLinkError(error));
  });
  const ipv6Only = familyOf(at.address) === 'ipv6';
  server.listen({ host: at.address, port: at.port, ipv6Only, exclusive: true }, () => {
    if (!closed) events.onOpen(toEndpoint(at.address, at.port));
  });
  return {
    close: () => {
      closed = true;
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
