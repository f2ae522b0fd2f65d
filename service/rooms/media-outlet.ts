/** A media server as the host reaches it: a member without a socket. */
import type { SignalClientMessage, SignalServerMessage } from '../../contract/signalling.ts';
import type { MediaServer, MediaServerOptions, OpenMediaServer } from './media-server.ts';

/** Where the machine’s messages for one member go. */
export interface Outlet {
  send(message: SignalServerMessage): void;
  close(reason: string): void;
}

export interface MediaOutletOptions extends Pick<MediaServerOptions, 'room' | 'path' | 'size'> {
  /** It says something, numbered. */
  readonly say: (message: SignalClientMessage) => void;
  /** It has died, after it had been opened. */
  readonly onLost: (reason: string) => void;
}

/** Throws when it cannot be opened. */
export function openMediaOutlet(open: OpenMediaServer, options: MediaOutletOptions): Outlet {
  const { room, path, size, onLost } = options;
  let n = 0;
  let diedOf: string | null = null;
  const server: MediaServer = open({
    room,
    path,
    size,
    send: (say) => {
      n += 1;
      options.say({ ...say, n });
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
      if ('seq' in message) options.say({ type: 'ping', seq: message.seq });
    },
    close: () => server.close(),
  };
}
