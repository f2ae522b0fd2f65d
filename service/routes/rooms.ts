/** Rooms: the session part of signalling over HTTP, and the channel part on the WebSocket `/ws/rooms`. */
import type {} from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../../contract/access.ts';
import { transports } from '../../contract/basics.ts';
import type { RoomIce, RoomTicket } from '../../contract/room.ts';
import { roomOperations } from '../../contract/room-operations.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { bearerOf } from '../access.ts';
import { fault } from '../fault.ts';
import { type CallerOf, record, refusalOf } from '../plugins/access.ts';
import type { ProjectDesk } from '../projects/project-desk.ts';
import { type ScopeOf, sees } from '../projects/scope.ts';
import { roomIce } from '../rooms/room-ice.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { KnownServer, ServerList } from '../servers/server-list.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface RoomParts {
  readonly rooms: RoomService;
  readonly servers: ServerList;
  readonly callerOf: CallerOf;
  readonly scopeOf: ScopeOf;
  readonly projects: ProjectDesk;
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
  const { rooms, servers, callerOf, scopeOf, projects, now } = parts;
  const iceIn = (path: RoomPath, known: readonly KnownServer[]): RoomIce =>
    roomIce(path, known, Math.floor(now().getTime() / 1000));

  const canServe = (path: RoomPath, known: readonly KnownServer[]): boolean =>
    path.kind === 'relay' ? iceIn(path, known).iceServers.length > 0 : rooms.canServe(path);

  /** Those of everybody, and those of the room’s project. */
  const serversOf = (project: string, request: FastifyRequest) => servers.all(reachedBy(request), [project]);

  const demand = async (path: RoomPath, project: string, request: FastifyRequest): Promise<void> => {
    if (!canServe(path, await serversOf(project, request))) {
      throw fault('room-path-unavailable', nameOf(path), 'path');
    }
  };

  const pathsIn = (known: readonly KnownServer[]): RoomPath[] =>
    [...plainPaths, ...rooms.mediaPaths()].filter((path) => canServe(path, known));

  /** What a member has to know of a room beside who is in it. */
  const waysFor = async ({ room, project }: RoomTicket, request: FastifyRequest) => {
    const known = await serversOf(project, request);
    return { ice: iceIn(room.path, known), paths: pathsIn(known) };
  };

  /** A room of a project that the sender does not see is as one that is not there. */
  const demandSeen = async (id: string, request: FastifyRequest): Promise<void> => {
    const { reads } = await scopeOf(request);
    if (!sees(reads, (await rooms.ticket(id)).project)) throw fault('room-closed');
  };

  /** The member that asks; null: somebody of that role does. */
  const asker = async (room: string, request: FastifyRequest, needed: Role): Promise<string | null> => {
    const bearer = bearerOf(request.headers.authorization);
    try {
      return await rooms.memberBy(room, bearer);
    } catch (error) {
      const principal = await callerOf(request);
      if (principal === null) throw error;
      const refused = refusalOf(principal, needed, false);
      if (refused !== null) throw refused;
      await demandSeen(room, request);
      return null;
    }
  };

  return {
    listRooms: async ({ request }) => {
      const { reads, writes } = await scopeOf(request);
      const open = (await rooms.tickets()).filter(({ project }) => sees(reads, project));
      return { rooms: open, paths: pathsIn(await serversOf(writes, request)) };
    },

    createRoom: async ({ body, request }) => {
      const { writes } = await scopeOf(request);
      await projects.demandOpen(writes);
      await demand(body.path, writes, request);
      return await rooms.create(body, writes);
    },

    closeRoom: async ({ params, request }) => {
      await demandSeen(params.id, request);
      await rooms.closeRoom(params.id);
      return { id: params.id };
    },

    joinRoom: async ({ params, body, request }) => {
      const { ticket, ...membership } = await rooms.join(params.id, body);
      return { ...membership, channelPath, room: ticket.room, ...(await waysFor(ticket, request)) };
    },

    getRoom: async ({ params, request }) => {
      await asker(params.id, request, roomOperations.getRoom.orRole);
      const ticket = await rooms.ticket(params.id);
      return { room: ticket.room, ...(await waysFor(ticket, request)) };
    },

    changeRoomPath: async ({ params, body, request }) => {
      const member = await asker(params.id, request, roomOperations.changeRoomPath.orRole);
      await demand(body.path, (await rooms.ticket(params.id)).project, request);
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
