/** The rooms’ rows in the table of REST operations. */
import { z } from 'zod';
import { idSchema } from './basics.ts';
import {
  joinRequestSchema,
  pathChangeSchema,
  roomEntrySchema,
  roomRequestSchema,
  roomStateSchema,
  roomTicketSchema,
  roomViewSchema,
} from './room.ts';
import { roomPathSchema } from './room-path.ts';

const idParams = z.object({ id: idSchema });
const memberParams = z.object({ id: idSchema, member: idSchema });
const ended = z.object({ id: idSchema });

export const roomOperations = {
  /** Open rooms with their join tokens, and the paths that a new one can take. */
  listRooms: {
    method: 'GET',
    path: '/api/rooms',
    role: 'operator',
    reply: z.object({ rooms: z.array(roomTicketSchema), paths: z.array(roomPathSchema) }),
  },
  createRoom: {
    method: 'POST',
    path: '/api/rooms',
    role: 'operator',
    body: roomRequestSchema,
    reply: roomTicketSchema,
  },
  closeRoom: { method: 'DELETE', path: '/api/rooms/:id', role: 'operator', params: idParams, reply: ended },
  /** Needs the join token in its body. */
  joinRoom: {
    method: 'POST',
    path: '/api/rooms/:id/members',
    role: 'anyone',
    params: idParams,
    body: joinRequestSchema,
    reply: roomEntrySchema,
  },
  /** The following need the session of a member, as a bearer token, or the role `orRole`. */
  getRoom: {
    method: 'GET',
    path: '/api/rooms/:id',
    role: 'anyone',
    orRole: 'viewer',
    params: idParams,
    reply: roomStateSchema,
  },
  changeRoomPath: {
    method: 'PUT',
    path: '/api/rooms/:id/path',
    role: 'anyone',
    orRole: 'operator',
    params: idParams,
    body: pathChangeSchema,
    reply: roomViewSchema,
  },
  leaveRoom: {
    method: 'DELETE',
    path: '/api/rooms/:id/members/:member',
    role: 'anyone',
    orRole: 'operator',
    params: memberParams,
    reply: ended,
  },
} as const;
