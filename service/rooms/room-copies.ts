/** A room leaves one desk and comes to another. */
import { hungUp, mediaFailed, watchEnd, watchMedia, watchReturn } from './departures.ts';
import type { DeskState } from './desk-state.ts';
import { Room } from './room.ts';
import type { RoomCopy } from './room-copy.ts';

export function copyRoom(state: DeskState, nowMs: number, room: Room): RoomCopy {
  return { ...room.copy(nowMs), media: state.media.copy(room) };
}

export function restoreRoom(state: DeskState, nowMs: number, copy: RoomCopy): void {
  const room = Room.restored(copy, nowMs, state.limits, state.emit);
  state.rooms.set(room.spec.id, room);
  watchEnd(state, room);
  for (const seat of room.seats) {
    const place = { room, seat };
    if (seat.session !== null) state.places.set(seat.session, place);
    if (seat.socket !== null) state.lines.seat(state.lines.open(seat.socket, null), place);
    else if (seat.session !== null) watchReturn(state, place);
  }
  const watch = state.media.restore(room, copy.media);
  if (watch !== null) watchMedia(state, watch);
}

/** Whoever had the sockets is gone with them: all members have to come back. */
export function abandonLines(state: DeskState, nowMs: number): void {
  for (const line of state.lines.all) hungUp(state, nowMs, line);
  // One that was being opened there will never be heard of.
  for (const room of state.rooms.values()) {
    if (state.media.isOpening(room)) mediaFailed(state, nowMs, room);
  }
}
