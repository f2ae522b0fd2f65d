/** Ids and secrets of rooms and members, made where they are asked for. */
import { randomBytes } from 'node:crypto';
import type { JoinRequest, RoomRequest } from '../../contract/room.ts';
import type { RoomInput, RoomSpec } from './room-traffic.ts';

export function newRoom(
  { name, path, size, minutes }: RoomRequest,
  project: string,
  createdAt: Date,
): RoomSpec {
  const lifeMs = minutes * 60_000;
  return {
    id: secret(9),
    name,
    project,
    path,
    size,
    lifeMs,
    joinToken: secret(18),
    createdAt: createdAt.toISOString(),
    expiresAt: new Date(createdAt.getTime() + lifeMs).toISOString(),
  };
}

/** With the secret of the membership. */
export function newMember({
  name,
  kind,
}: JoinRequest): Pick<Extract<RoomInput, { kind: 'join' }>, 'member' | 'session'> {
  return { member: { id: secret(9), name, kind }, session: secret(18) };
}

/** A letter first: an id must not look like an option on a command line. */
function secret(bytes: number): string {
  return `r${randomBytes(bytes).toString('base64url')}`;
}
