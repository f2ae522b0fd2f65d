import { createSocket, type Socket } from 'node:dgram';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { listenError } from './listen-error.ts';

export interface UdpListener {
  readonly endpoint: Endpoint;
  send(to: Endpoint, bytes: Uint8Array): void;
  close(): Promise<void>;
}

export interface UdpListenerHandlers {
  onDatagram(from: Endpoint, bytes: Uint8Array): void;
  /** An error after the socket was bound, e.g. an answer that the host firewall refused to send. */
  onProblem(text: string): void;
  /** This host would not send the datagram. */
  onSendFailed?(bytes: Uint8Array): void;
}

/** Binds one UDP socket; port 0 takes a free one. Rejects with a `ListenError`. */
export function listenUdp(wanted: Endpoint, handlers: UdpListenerHandlers): Promise<UdpListener> {
  // ipv6Only keeps IPv4 sources from appearing as ::ffff:a.b.c.d in XOR-MAPPED-ADDRESS.
  const socket =
    familyOf(wanted.address) === 'ipv6'
      ? createSocket({ type: 'udp6', ipv6Only: true })
      : createSocket({ type: 'udp4' });
  return new Promise((resolve, reject) => {
    const onBindError = (error: Error): void => {
      socket.close();
      reject(listenError(error, 'udp', wanted));
    };
    socket.once('error', onBindError);
    socket.bind({ address: wanted.address, port: wanted.port, exclusive: true }, () => {
      socket.off('error', onBindError);
      socket.on('error', (error) => handlers.onProblem(error.message));
      socket.on('message', (bytes, from) =>
        handlers.onDatagram({ address: withoutZone(from.address), port: from.port }, bytes),
      );
      resolve(openListener(socket, handlers));
    });
  });
}

function openListener(socket: Socket, handlers: UdpListenerHandlers): UdpListener {
  const { address, port } = socket.address();
  return {
    endpoint: { address, port },
    send(to, bytes) {
      socket.send(bytes, to.port, to.address, (error) => {
        if (error === null) return;
        handlers.onProblem(error.message);
        handlers.onSendFailed?.(bytes);
      });
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** `fe80::1%eth0` → `fe80::1`: the zone is this host's own business. */
function withoutZone(address: string): string {
  return address.split('%', 1)[0] ?? address;
}
