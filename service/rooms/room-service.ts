/** Rooms as HTTP and WebSockets use them: of this node alone (rooms-host.ts), or of a fleet (fleet/fleet-rooms.ts). */
import type { JoinRequest, RoomRequest, RoomTicket, RoomView } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { RoomSocket } from './member-sockets.ts';

type Soon<T> = T | Promise<T>;

/** A new membership, and the room that it is in. */
export interface RoomAdmission {
  readonly member: string;
  readonly session: string;
  readonly ticket: RoomTicket;
}

/** Each throws, or rejects with, a RequestFault where it is refused. */
export interface RoomService {
  tickets(): Soon<RoomTicket[]>;
  /** Of this node. */
  census(): { readonly rooms: number; readonly members: number };
  /** Those that the service has a media server for. */
  mediaPaths(): RoomPath[];
  canServe(path: RoomPath): boolean;
  create(request: RoomRequest, project: string): Soon<RoomTicket>;
  join(id: string, request: JoinRequest): Soon<RoomAdmission>;
  ticket(id: string): Soon<RoomTicket>;
  /** The member with that session. */
  memberBy(id: string, session: string | null): Soon<string>;
  leave(id: string, member: string, reason: 'left' | 'removed'): Soon<void>;
  changePath(id: string, path: RoomPath): Soon<RoomView>;
  closeRoom(id: string): Soon<void>;
  /** The channel of a member. */
  serve(socket: RoomSocket): void;
  close(): Soon<void>;
}
