/** How members, sockets and rooms end, and what waits for it. */
import type { FailureCode } from '../../contract/failures.ts';
import type { DeskState } from './desk-state.ts';
import type { Line, Place } from './line-table.ts';
import type { MediaWatch } from './media-keeper.ts';
import type { Room } from './room.ts';
import type { LeaveReason, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

export function watchEnd(state: DeskState, room: Room): void {
  state.due.add({
    key: 'end',
    dueMs: () => (state.rooms.get(room.spec.id) === room ? room.dueMs : null),
    expire: () => end(state, room),
  });
}

export function watchReturn(state: DeskState, place: Place): void {
  state.due.add({
    key: `return ${place.seat.id}`,
    dueMs: () => place.seat.dueMs,
    expire: (atMs) => remove(state, atMs, place, 'lost'),
  });
}

export function watchMedia(state: DeskState, watch: MediaWatch): void {
  state.due.add({
    key: 'media',
    dueMs: () => state.media.dueMs(watch),
    expire: () => state.media.retry(watch),
  });
}

export function mediaFailed(state: DeskState, nowMs: number, room: Room): void {
  const watch = state.media.failed(room, nowMs);
  if (watch !== null) watchMedia(state, watch);
}

/** The socket is gone; whose it was may come back. */
export function hungUp(state: DeskState, nowMs: number, line: Line): void {
  state.lines.forget(line);
  if (line.place === null) return;
  const { room, seat } = line.place;
  room.disconnected(seat, nowMs);
  if (seat.session === null) mediaFailed(state, nowMs, room);
  else watchReturn(state, line.place);
}

export function end(state: DeskState, room: Room): void {
  for (const seat of room.seats) {
    if (seat.socket !== null) state.lines.hangUp(seat.socket, { code: 'room-closed', detail: '' });
    forgetSeat(state, seat);
  }
  state.media.forget(room);
  state.rooms.delete(room.spec.id);
  state.emit({ kind: 'ended', room: room.spec.id });
}

export function remove(state: DeskState, nowMs: number, { room, seat }: Place, reason: LeaveReason): void {
  if (seat.socket !== null) state.lines.hangUp(seat.socket, null);
  forgetSeat(state, seat);
  room.remove(seat, reason, nowMs);
  if (seat.session === null) state.media.forget(room);
  // An empty room closes sooner, and needs no media server meanwhile.
  if (room.people.length > 0) return;
  watchEnd(state, room);
  const media = room.mediaSeat();
  if (media !== undefined) remove(state, nowMs, { room, seat: media }, 'removed');
}

/** Tells why, and closes for good: whoever was on this socket is no member any more. */
export function dismiss(
  state: DeskState,
  nowMs: number,
  socket: SocketId,
  code: FailureCode,
  detail = '',
): void {
  const line = state.lines.get(socket);
  if (line === undefined) return;
  state.lines.hangUp(socket, { code, detail });
  if (line.place !== null) remove(state, nowMs, line.place, 'removed');
}

function forgetSeat(state: DeskState, seat: Seat): void {
  seat.dueMs = null;
  if (seat.session !== null) state.places.delete(seat.session);
}
