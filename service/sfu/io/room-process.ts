/**
 * Entry of the process of one room’s SFU, forked by sfu-room.ts. A process of its own for each room: the native
 * library may crash, and then takes down this room only.
 */
import { endWithService } from '../../forked.ts';
import { type RoomNews, roomOrderSchema } from '../room-messages.ts';
import { RoomMedia } from './room-media.ts';

function tell(news: RoomNews): void {
  // The callback takes the error of a service that went away in between.
  if (process.connected) process.send?.(news, () => undefined);
}

const room = new RoomMedia(tell);
process.on('message', (message) => {
  const order = roomOrderSchema.safeParse(message);
  if (order.success) room.obey(order.data);
});
endWithService();
