/** The session part of signalling: the requests that a member makes over HTTP. */
import { projectHeader } from '../../contract/project-header.ts';
import type { ProjectView } from '../../contract/projects.ts';
import type { RoomEntry, RoomState, RoomTicket } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';

/** `code` is one of docs/failures.md. */
export class RoomError extends Error {
  override readonly name = 'RoomError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface JoinOptions {
  /** URL of the service, e.g. `https://call.example.org`. */
  readonly service: string;
  readonly room: string;
  /** The join token: what stands after `#` in the link. */
  readonly token: string;
  readonly name?: string;
  readonly kind?: 'browser' | 'bot';
}

/** Who a member is to the service. */
export interface Membership extends Pick<RoomEntry, 'member' | 'session' | 'channelPath'> {
  readonly service: string;
  readonly roomId: string;
}

const deadlineMs = 8_000;

/** Makes the caller a member of the room. Rejects with a {@link RoomError}. */
export async function joinRoom(options: JoinOptions): Promise<Membership & RoomState> {
  const { service, room, token, name = '', kind = 'browser' } = options;
  const reply = await request(service, `/api/rooms/${room}/members`, 'POST', { body: { token, name, kind } });
  return { ...(reply as RoomEntry), service, roomId: room };
}

/** Who is in the room, and ICE servers with fresh credentials. Rejects with a {@link RoomError}. */
export async function fetchRoom({ service, roomId, session }: Membership): Promise<RoomState> {
  return (await request(service, `/api/rooms/${roomId}`, 'GET', { session })) as RoomState;
}

/** Moves the whole room to another path. Rejects with a {@link RoomError}. */
export async function changePath({ service, roomId, session }: Membership, path: RoomPath): Promise<void> {
  await request(service, `/api/rooms/${roomId}/path`, 'PUT', { session, body: { path } });
}

/**
 * Makes a room; only operators may. Rejects with a {@link RoomError}.
 *
 * @param project id of the one that it belongs to; absent: the first that the caller sees
 */
export async function createRoom(
  service: string,
  wanted: { path?: RoomPath; name?: string; size?: number; minutes?: number },
  project?: string,
): Promise<RoomTicket> {
  return (await request(service, '/api/rooms', 'POST', { project, body: wanted })) as RoomTicket;
}

/** The projects that the caller sees. Rejects with a {@link RoomError}. */
export async function listProjects(service: string): Promise<readonly ProjectView[]> {
  const { projects } = (await request(service, '/api/projects', 'GET')) as { projects: ProjectView[] };
  return projects;
}

export interface RoomList {
  readonly rooms: readonly RoomTicket[];
  /** What a new room can take. */
  readonly paths: readonly RoomPath[];
}

/** Only operators are told. Rejects with a {@link RoomError}. */
export async function listRooms(service: string): Promise<RoomList> {
  return (await request(service, '/api/rooms', 'GET')) as RoomList;
}

/** Ends a room for all who are in it; only operators may. Rejects with a {@link RoomError}. */
export async function closeRoom(service: string, room: string): Promise<void> {
  await request(service, `/api/rooms/${room}`, 'DELETE');
}

/** What a request has beside its address. */
interface RequestParts {
  /** A member’s. Without one the browser’s sign-in counts. */
  readonly session?: string;
  readonly project?: string | undefined;
  readonly body?: object;
}

async function request(
  service: string,
  path: string,
  method: string,
  { session, project, body }: RequestParts = {},
): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (session !== undefined) headers['authorization'] = `Bearer ${session}`;
  if (project !== undefined) headers[projectHeader] = project;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  let reply: unknown;
  try {
    response = await fetch(new URL(path, service), {
      method,
      headers,
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    reply = await response.json();
  } catch (error) {
    throw new RoomError('signal-failed', error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw asRoomError(reply, response.status);
  return reply;
}

/** The body of every error is an `ApiError` of contract/api.ts. */
function asRoomError(reply: unknown, status: number): RoomError {
  const { error, requestId } = reply as {
    error?: { code?: unknown; message?: unknown };
    requestId?: unknown;
  };
  if (typeof error?.code !== 'string') return new RoomError('signal-failed', `status ${status}`);
  const id = requestId === undefined ? '' : ` (request id ${requestId})`;
  return new RoomError(error.code, `${error.message}${id}`);
}
