/** Rooms: the session part of signalling over HTTP, and the channel part on the WebSocket `/ws/rooms`. */
import type {} from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../../contract/access.ts';
import { transports } from '../../contract/basics.ts';
import type { RoomIce } from '../../contract/room.ts';
import { roomOperations } from '../../contract/room-operations.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { bearerOf } from '../access.ts';
import { fault } from '../fault.ts';
import { type CallerOf, record, refusalOf } from '../plugins/access.ts';
import { roomIce } from '../rooms/room-ice.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { KnownServer, ServerList } from '../servers/server-list.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface RoomParts {
  readonly rooms: RoomService;
  readonly servers: ServerList;
  readonly callerOf: CallerOf;
  readonly audit: AuditLog;
  readonly now: () => Date;
}

const channelPath = '/ws/rooms';

/** Paths without a media server, in the order in which a reader meets them. */
const plainPaths: readonly RoomPath[] = [
  { kind: 'mesh' },
  ...[null, ...transports].map((transport): RoomPath => ({ kind: 'relay', transport })),
];

type RoomOperation =
  | 'listRooms'
  | 'createRoom'
  | 'closeRoom'
  | 'joinRoom'
  | 'getRoom'
  | 'changeRoomPath'
  | 'leaveRoom';

export function roomHandlers(parts: RoomParts): Pick<Handlers, RoomOperation> {
  const { rooms, servers, callerOf, now } = parts;
  const iceIn = (path: RoomPath, known: readonly KnownServer[]): RoomIce =>
    roomIce(path, known, Math.floor(now().getTime() / 1000));

  const canServe = (path: RoomPath, known: readonly KnownServer[]): boolean =>
    path.kind === 'relay' ? iceIn(path, known).iceServers.length > 0 : rooms.canServe(path);

  const demand = async (path: RoomPath, request: FastifyRequest): Promise<void> => {
    if (!canServe(path, await servers.all(reachedBy(request)))) {
      throw fault('room-path-unavailable', nameOf(path), 'path');
    }
  };

  const pathsIn = (known: readonly KnownServer[]): RoomPath[] =>
    [...plainPaths, ...rooms.mediaPaths()].filter((path) => canServe(path, known));

  /** What a member has to know of a room beside who is in it. */
  const waysFor = async (path: RoomPath, request: FastifyRequest) => {
    const known = await servers.all(reachedBy(request));
    return { ice: iceIn(path, known), paths: pathsIn(known) };
  };

  /** The member that asks; null: somebody of that role does. */
  const asker = async (room: string, request: FastifyRequest, needed: Role): Promise<string | null> => {
    const bearer = bearerOf(request.headers.authorization);
    try {
      return await rooms.memberBy(room, bearer);
    } catch (error) {
      const principal = await callerOf(request);
      if (principal === null) throw error;
      const refused = refusalOf(principal, needed);
      if (refused !== null) throw refused;
      return null;
    }
  };

  return {
    listRooms: async ({ request }) => {
      const known = await servers.all(reachedBy(request));
      return { rooms: await rooms.tickets(), paths: pathsIn(known) };
    },

    createRoom: async ({ body, request }) => {
      await demand(body.path, request);
      return await rooms.create(body);
    },

    closeRoom: async ({ params }) => {
      await rooms.closeRoom(params.id);
      return { id: params.id };
    },

    joinRoom: async ({ params, body, request }) => {
      const entry = await rooms.join(params.id, body);
      return { ...entry, channelPath, ...(await waysFor(entry.room.path, request)) };
    },

    getRoom: async ({ params, request }) => {
      await asker(params.id, request, roomOperations.getRoom.orRole);
      const room = await rooms.view(params.id);
      return { room, ...(await waysFor(room.path, request)) };
    },

    changeRoomPath: async ({ params, body, request }) => {
      const member = await asker(params.id, request, roomOperations.changeRoomPath.orRole);
      await demand(body.path, request);
      const change = () => rooms.changePath(params.id, body.path);
      return await (member === null ? record(parts, request, change) : change());
    },

    leaveRoom: async ({ params, request }) => {
      const member = await asker(params.id, request, roomOperations.leaveRoom.orRole);
      if (member !== null && member !== params.member) throw fault('session-unknown', undefined, 'member');
      if (member !== null) await rooms.leave(params.id, params.member, 'left');
      else await record(parts, request, () => rooms.leave(params.id, params.member, 'removed'));
      return { id: params.member };
    },
  };
}

/** Adds the channel. `@fastify/websocket` must be registered. */
export function registerRooms(app: FastifyInstance, rooms: RoomService): void {
  app.get(channelPath, { websocket: true }, (socket) => rooms.serve(socket));
}

function nameOf(path: RoomPath): string {
  if (path.kind === 'relay') return `relay over ${path.transport ?? 'any transport'}`;
  return path.kind === 'mesh' ? 'mesh' : `${path.kind}, ${path.server}`;
}
