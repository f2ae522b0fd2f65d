/** The media servers that this service offers to rooms, by `kind:server` of a room’s path. */
import type { ServeConfig } from '../../contract/config.ts';
import type { MediaServer, MediaServerOptions } from '../rooms/media-server.ts';
import type { MediaServers } from '../rooms/room-media.ts';
import { openEmbeddedSfu } from './embedded.ts';
import { JanusMcu } from './janus/janus-mcu.ts';
import { JanusSfu } from './janus/janus-sfu.ts';
import type { LinkPlace } from './room-messages.ts';

export interface MediaServersOptions {
  readonly config: ServeConfig['sfu'];
  readonly place: Pick<LinkPlace, 'bindAddress' | 'clientIsLocal'>;
  /** Addresses that no check is sent to. */
  readonly refuses: (address: string) => boolean;
  /** One sentence for the log. */
  readonly onNote: (note: string) => void;
}

export function mediaServers({ config, place, refuses, onNote }: MediaServersOptions): MediaServers {
  const { embedded, rooms, announce, janus } = config;
  let open = 0;
  const openEmbedded = (options: MediaServerOptions): MediaServer => {
    if (open >= rooms) throw new Error(`all ${rooms} rooms of the embedded SFU are taken (sfu.rooms)`);
    let isOpen = true;
    const free = (): void => {
      if (isOpen) open -= 1;
      isOpen = false;
    };
    const server = openEmbeddedSfu(
      { place: { ...place, announce }, refuses, onNote },
      {
        ...options,
        onLost: (reason) => {
          free();
          options.onLost(reason);
        },
      },
    );
    open += 1;
    return {
      receive: server.receive,
      close: () => {
        free();
        server.close();
      },
    };
  };
  return {
    ...(embedded && { 'sfu:embedded': openEmbedded }),
    ...(janus !== null && {
      'sfu:janus': (options) => new JanusSfu({ ...options, address: { ...janus }, onNote }),
      'mcu:janus': (options) => new JanusMcu({ ...options, address: { ...janus }, onNote }),
    }),
  };
}
