/** Entry of the Room page: `/room` makes a room, `/room/ID#TOKEN` joins it, `#TOKEN&auto=1` by itself. */
import '../check/check.css';
import '../check/verdict-and-steps.css';
import '../check/details.css';
import '../check/narrow-and-still.css';
import './room.css';
import { readRoomFragment } from '../../contract/participant.ts';
import { byId } from '../check/dom.ts';
import { pageIsUp } from '../check/page-is-up.ts';
import { CreateForm } from './create-form.ts';
import { RoomPage } from './room-page.ts';

const service = location.origin;
const roomId = /^\/room\/([A-Za-z0-9_-]{1,64})\/?$/.exec(location.pathname)?.[1];

function tell(text: string): void {
  byId('state').textContent = text;
}

pageIsUp();
if (roomId === undefined) void new CreateForm(service, tell).show();
else void new RoomPage(service, roomId, readRoomFragment(location.hash.slice(1))).open();
