/** A media server as the host reaches it: a member without a socket. */
import type { SignalServerMessage } from '../../contract/signalling.ts';
import type { MediaServer, MediaServerOptions, OpenMediaServer } from './media-server.ts';
import type { RoomInput, SocketId } from './room-traffic.ts';

/** Where the machine’s messages for one member go. */
export interface Outlet {
  send(message: SignalServerMessage): void;
  close(reason: string): void;
}

export interface MediaOutletOptions extends Pick<MediaServerOptions, 'room' | 'path' | 'size'> {
  /** Its place among the sockets. */
  readonly socket: SocketId;
  readonly feed: (input: RoomInput) => void;
  /** It has died, after it had been opened. */
  readonly onLost: (reason: string) => void;
}

/** Throws when it cannot be opened. */
export function openMediaOutlet(open: OpenMediaServer, options: MediaOutletOptions): Outlet {
  const { room, path, size, socket, feed, onLost } = options;
  let n = 0;
  let diedOf: string | null = null;
  const server: MediaServer = open({
    room,
    path,
    size,
    send: (say) => {
      n += 1;
      feed({ kind: 'said', socket, message: { ...say, n }, characters: 0 });
    },
    onLost: (reason) => {
      diedOf = reason;
      onLost(reason);
    },
  });
  if (diedOf !== null) throw new Error(diedOf);
  return {
    send: (message) => {
      if (message.type !== 'pong') server.receive(message);
      // What it has been told need not be kept for it.
      if ('seq' in message) {
        feed({ kind: 'said', socket, message: { type: 'ping', seq: message.seq }, characters: 0 });
      }
    },
    close: () => server.close(),
  };
}
