/** Rooms: the session part of signalling, over HTTP. The channel part is in signalling.ts. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from './basics.ts';
import { defaultProject } from './projects.ts';
import { roomPathSchema } from './room-path.ts';
import { iceServerSchema } from './servers.ts';

export const memberKinds = ['browser', 'bot', 'media-server'] as const;

export const memberSchema = z.object({
  /** `sfu` and `mcu` are those of media servers; all others are made at random. */
  id: idSchema,
  name: z.string().max(64),
  kind: z.enum(memberKinds),
  /** Rises with every member that joins; decides who gives way when two offers meet (see room-roles.ts). */
  order: z.int().min(0),
  /** Is its socket connected at the moment? */
  present: z.boolean(),
});
export type Member = z.infer<typeof memberSchema>;

export const roomViewSchema = z.object({
  id: idSchema,
  name: z.string().max(100),
  path: roomPathSchema,
  /** People and bots that may be in it at the same time. */
  size: z.int().min(2),
  createdAt: isoTimeSchema,
  /** Whatever happens, the room closes then. */
  expiresAt: isoTimeSchema,
  members: z.array(memberSchema),
});
export type RoomView = z.infer<typeof roomViewSchema>;

/** More than this no path but a big SFU carries. */
export const maxRoomSize = 50;

export const roomRequestSchema = z.strictObject({
  name: z.string().trim().max(100).default(''),
  path: roomPathSchema.default({ kind: 'mesh' }),
  size: z.int().min(2).max(maxRoomSize).default(8),
  /** Life of the room. */
  minutes: z.int().min(1).max(1440).default(240),
});
export type RoomRequest = z.infer<typeof roomRequestSchema>;

/** Unguessable; whoever has it may join. Belongs into the fragment of a link, which browsers send to nobody. */
const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/);

export const roomTicketSchema = z.object({
  room: roomViewSchema,
  joinToken: tokenSchema,
  /** Whose it is; nodes of earlier releases do not say, and know of the default one only. */
  project: idSchema.default(defaultProject),
});
export type RoomTicket = z.infer<typeof roomTicketSchema>;

export const joinRequestSchema = z.strictObject({
  token: tokenSchema,
  name: z.string().trim().max(64).default(''),
  kind: z.enum(['browser', 'bot']).default('browser'),
});
export type JoinRequest = z.infer<typeof joinRequestSchema>;

/** What `new RTCPeerConnection` gets in this room. TURN passwords in it are short-lived where they can be. */
export const roomIceSchema = z.object({
  iceServers: z.array(iceServerSchema),
  iceTransportPolicy: z.enum(['all', 'relay']),
});
export type RoomIce = z.infer<typeof roomIceSchema>;

export const roomEntrySchema = z.object({
  /** Id of the new member. */
  member: idSchema,
  /** Secret of this membership: opens the channel, and opens it again after a reload or a change of network. */
  session: tokenSchema,
  /** WebSocket of the channel, relative to the service. */
  channelPath: z.string().max(200),
  room: roomViewSchema,
  ice: roomIceSchema,
  /** The room can be moved to these. */
  paths: z.array(roomPathSchema),
});
export type RoomEntry = z.infer<typeof roomEntrySchema>;

/** For a member that has been in the room for a while: who is there, and fresh TURN credentials. */
export const roomStateSchema = roomEntrySchema.pick({ room: true, ice: true, paths: true });
export type RoomState = z.infer<typeof roomStateSchema>;

export const pathChangeSchema = z.strictObject({ path: roomPathSchema });
