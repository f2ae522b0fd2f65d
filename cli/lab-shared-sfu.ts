/** The embedded SFU for a lab run: a conductor for each room, and one process of media for all of them. */
import type { OpenMediaServer } from '../service/rooms/media-server.ts';
import { Conductor, type ConductorEffect, type ConductorInput } from '../service/sfu/conductor.ts';
import { SfuRoom } from '../service/sfu/io/sfu-room.ts';
import type { LinkNews, LinkPlace } from '../service/sfu/room-messages.ts';

/** @param address of the sockets that media go over */
export function sharedSfu(address: string): OpenMediaServer {
  const place: LinkPlace = { bindAddress: address, clientIsLocal: false, announce: [] };
  const rooms = new Map<string, (news: LinkNews) => void>();
  const media = new SfuRoom({
    // The process has the links of all rooms, so their names say whose they are.
    onNews: (news) => {
      const [room = '', ...link] = news.link.split('_');
      rooms.get(room)?.({ ...news, link: link.join('_') });
    },
    // The run sees members that hear nothing any more; it has no further use for this process either.
    onLost: (reason) => {
      process.stderr.write(`${reason}\n`);
      process.kill(process.pid, 'SIGKILL');
    },
  });
  return ({ room, send }) => {
    const conductor = new Conductor(place, () => false);
    const perform = (effect: ConductorEffect): void => {
      if (effect.kind === 'note') {
        process.stderr.write(`${effect.member}, ${effect.link}: ${effect.what}\n`);
      } else if (effect.kind === 'say') send(effect.message);
      else if ('link' in effect.order) media.order({ ...effect.order, link: `${room}_${effect.order.link}` });
      else media.order(effect.order);
    };
    const handle = (input: ConductorInput): void => {
      for (const effect of conductor.handle(input)) perform(effect);
    };
    rooms.set(room, (news) => handle({ kind: 'news', news }));
    return {
      receive: (message) => handle({ kind: 'signal', message }),
      close: () => void rooms.delete(room),
    };
  };
}
