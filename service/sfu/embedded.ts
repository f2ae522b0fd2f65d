/** The embedded SFU as a media server of rooms: conductor in the service, media in a process per room. */
import type { MediaServer, MediaServerOptions } from '../rooms/media-server.ts';
import { Conductor, type ConductorEffect, type ConductorInput } from './conductor.ts';
import { SfuRoom } from './io/sfu-room.ts';
import type { LinkPlace } from './room-messages.ts';

export interface EmbeddedSfuOptions {
  readonly place: LinkPlace;
  /** Addresses that no check is sent to. */
  readonly refuses: (address: string) => boolean;
  /** One sentence for the log. */
  readonly onNote?: (note: string) => void;
}

/** Throws when the room’s process cannot be started. */
export function openEmbeddedSfu(
  { place, refuses, onNote }: EmbeddedSfuOptions,
  { room, send, onLost }: MediaServerOptions,
): MediaServer & { readonly process: SfuRoom } {
  const conductor = new Conductor(place, refuses);
  const process = new SfuRoom({ onNews: (news) => handle({ kind: 'news', news }), onLost });

  function handle(input: ConductorInput): void {
    for (const effect of conductor.handle(input)) perform(effect);
  }
  function perform(effect: ConductorEffect): void {
    if (effect.kind === 'say') send(effect.message);
    else if (effect.kind === 'order') process.order(effect.order);
    else onNote?.(`room ${room}, member ${effect.member}, link ${effect.link}: ${effect.what}`);
  }
  return {
    process,
    receive: (message) => handle({ kind: 'signal', message }),
    close: () => void process.close(),
  };
}
