/** The media servers of the rooms that are here: which there can be, and those that run. */
import type { FastifyBaseLogger } from 'fastify';
import type { RoomPath } from '../../contract/room-path.ts';
import type { SignalClientMessage, SignalServerMessage } from '../../contract/signalling.ts';
import { type Outlet, openMediaOutlet } from './media-outlet.ts';
import type { OpenMediaServer } from './media-server.ts';
import type { MediaPath, RoomEffect } from './room-traffic.ts';

/** By `kind:server` of the path. */
export type MediaServers = Readonly<Record<`${MediaPath['kind']}:${string}`, OpenMediaServer>>;

export type MediaEvent =
  | { readonly kind: 'opened'; readonly room: string; readonly media: number }
  | { readonly kind: 'failed'; readonly room: string }
  | { readonly kind: 'said'; readonly media: number; readonly message: SignalClientMessage }
  | { readonly kind: 'lost'; readonly media: number };

export interface RoomMediaOptions {
  readonly servers: MediaServers;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  /** A number of its own for each that is opened. */
  readonly newNumber: () => number;
  readonly onEvent: (event: MediaEvent) => void;
}

export class RoomMedia {
  readonly #options: RoomMediaOptions;
  readonly #outlets = new Map<number, Outlet>();

  constructor(options: RoomMediaOptions) {
    this.#options = options;
  }

  get paths(): RoomPath[] {
    return Object.keys(this.#options.servers).map((name) => {
      const [kind = '', server = ''] = name.split(':');
      return { kind: kind === 'mcu' ? 'mcu' : 'sfu', server };
    });
  }

  canServe(path: RoomPath): boolean {
    return path.kind === 'mesh' || path.kind === 'relay' || this.#opener(path) !== undefined;
  }

  open({ room, path, size }: Omit<Extract<RoomEffect, { kind: 'open-media' }>, 'kind'>): void {
    const { log, newNumber, onEvent } = this.#options;
    const media = newNumber();
    const about = { room, path: path.kind };
    try {
      const open = this.#opener(path);
      if (open === undefined) throw new Error(`no media server for ${path.kind}:${path.server}`);
      const outlet = openMediaOutlet(open, {
        room,
        path,
        size,
        say: (message) => onEvent({ kind: 'said', media, message }),
        onLost: (reason) => {
          log.warn({ ...about, reason }, 'the media server of a room was lost');
          if (this.#outlets.delete(media)) onEvent({ kind: 'lost', media });
        },
      });
      this.#outlets.set(media, outlet);
    } catch (error) {
      log.warn({ ...about, err: error }, 'the media server of a room did not open');
      onEvent({ kind: 'failed', room });
      return;
    }
    onEvent({ kind: 'opened', room, media });
  }

  /** False: no media server has that number. */
  send(media: number, message: SignalServerMessage): boolean {
    const outlet = this.#outlets.get(media);
    outlet?.send(message);
    return outlet !== undefined;
  }

  close(media: number, reason: string): void {
    const outlet = this.#outlets.get(media);
    this.#outlets.delete(media);
    outlet?.close(reason);
  }

  #opener({ kind, server }: MediaPath): OpenMediaServer | undefined {
    const name = `${kind}:${server}` as const;
    return Object.hasOwn(this.#options.servers, name) ? this.#options.servers[name] : undefined;
  }
}
