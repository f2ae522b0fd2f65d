/** A copy of a room that the bus can carry. Pure. */
import type { RoomCopy, SeatCopy } from '../../rooms/room-copy.ts';

/** Of the JSON; NATS takes messages of up to a mebibyte unless told otherwise. */
const maxBytes = 900_000;

/**
 * Where it is too large, those who have confirmed least lose what is kept for them, and begin anew if they come back to
 * another node: as they do anywhere when more is kept than they may have.
 */
export function fitCopy(copy: RoomCopy): RoomCopy {
  const seats = [...copy.seats];
  let fitting = copy;
  for (let excess = bytesOf(copy) - maxBytes; excess > 0; ) {
    const sizes = seats.map((seat) => bytesOf(seat.log.kept));
    const largest = sizes.indexOf(Math.max(...sizes));
    const seat = seats[largest];
    if (seat === undefined || seat.log.kept.length === 0) break;
    seats[largest] = withoutKept(seat);
    excess -= sizes[largest] ?? 0;
    fitting = { ...copy, seats: [...seats] };
  }
  return fitting;
}

const encoder = new TextEncoder();

function bytesOf(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).length;
}

function withoutKept(seat: SeatCopy): SeatCopy {
  const { lastSeq } = seat.log;
  return { ...seat, log: { lastSeq, forgottenSeq: lastSeq, kept: [] } };
}
