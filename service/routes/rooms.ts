/** Rooms: the session part of signalling over HTTP, and the channel part on the WebSocket `/ws/rooms`. */
import type {} from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { transports } from '../../contract/basics.ts';
import type { RoomIce } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { type Access, bearerOf } from '../access.ts';
import { fault } from '../fault.ts';
import { accessRequest } from '../plugins/access.ts';
import { roomIce } from '../rooms/room-ice.ts';
import type { RoomsHost } from '../rooms/rooms-host.ts';
import type { ServerList } from '../servers/server-list.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface RoomParts {
  readonly rooms: RoomsHost;
  readonly servers: ServerList;
  readonly access: Access;
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

export function roomHandlers({ rooms, servers, access, now }: RoomParts): Pick<Handlers, RoomOperation> {
  const iceFor = async (path: RoomPath, request: FastifyRequest): Promise<RoomIce> =>
    roomIce(path, await servers.all(reachedBy(request)), Math.floor(now().getTime() / 1000));

  const canServe = async (path: RoomPath, request: FastifyRequest): Promise<boolean> =>
    path.kind === 'relay' ? (await iceFor(path, request)).iceServers.length > 0 : rooms.canServe(path);

  const demand = async (path: RoomPath, request: FastifyRequest): Promise<void> => {
    if (!(await canServe(path, request))) throw fault('room-path-unavailable', nameOf(path), 'path');
  };

  const pathsFor = async (request: FastifyRequest): Promise<RoomPath[]> => {
    const known = [...plainPaths, ...rooms.mediaPaths()];
    const able = await Promise.all(known.map((path) => canServe(path, request)));
    return known.filter((_path, index) => able[index]);
  };

  /** The member that asks; null: the administrator does. */
  const asker = (room: string, request: FastifyRequest): string | null => {
    const bearer = bearerOf(request.headers.authorization);
    try {
      return rooms.memberBy(room, bearer);
    } catch (error) {
      if (access.isAdmin(accessRequest(request), now().getTime())) return null;
      throw error;
    }
  };

  return {
    listRooms: async ({ request }) => {
      return { rooms: rooms.tickets(), paths: await pathsFor(request) };
    },

    createRoom: async ({ body, request }) => {
      await demand(body.path, request);
      return rooms.create(body);
    },

    closeRoom: ({ params }) => {
      rooms.closeRoom(params.id);
      return { id: params.id };
    },

    joinRoom: async ({ params, body, request }) => {
      const entry = rooms.join(params.id, body);
      return {
        ...entry,
        channelPath,
        ice: await iceFor(entry.room.path, request),
        paths: await pathsFor(request),
      };
    },

    getRoom: async ({ params, request }) => {
      asker(params.id, request);
      const room = rooms.view(params.id);
      return { room, ice: await iceFor(room.path, request), paths: await pathsFor(request) };
    },

    changeRoomPath: async ({ params, body, request }) => {
      asker(params.id, request);
      await demand(body.path, request);
      return rooms.changePath(params.id, body.path);
    },

    leaveRoom: ({ params, request }) => {
      const member = asker(params.id, request);
      if (member !== null && member !== params.member) throw fault('session-unknown', undefined, 'member');
      rooms.leave(params.id, params.member, member === null ? 'removed' : 'left');
      return { id: params.member };
    },
  };
}

/** Adds the channel. `@fastify/websocket` must be registered. */
export function registerRooms(app: FastifyInstance, rooms: RoomsHost): void {
  app.get(channelPath, { websocket: true }, (socket) => rooms.serve(socket));
}

function nameOf(path: RoomPath): string {
  if (path.kind === 'relay') return `relay over ${path.transport ?? 'any transport'}`;
  return path.kind === 'mesh' ? 'mesh' : `${path.kind}, ${path.server}`;
}
