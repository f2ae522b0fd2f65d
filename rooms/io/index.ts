/** The client of Polynya’s rooms, for browsers and Node.js: see docs/rooms.md. */
export type * from '../../contract/room.ts';
export type * from '../../contract/room-path.ts';
export { downLink, mainLink, mediaServerIds, publisherOf, upLink } from '../../contract/room-roles.ts';
export type { Roster } from '../roster.ts';
export type { SessionState } from '../signal-session.ts';
export type * from './peer-connection.ts';
export { PeerLink } from './peer-link.ts';
export {
  changePath,
  closeRoom,
  createRoom,
  fetchRoom,
  joinRoom,
  listProjects,
  listRooms,
  type Membership,
  RoomError,
  type RoomList,
} from './room-api.ts';
export { RoomClient, type RoomClientOptions } from './room-client.ts';
