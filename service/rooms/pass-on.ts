/** What a member says to others: checked against room, epoch and order, then told. */
import { mayLink } from '../../contract/room-roles.ts';
import type { SignalClientMessage } from '../../contract/signalling.ts';
import type { Complaint } from './line-table.ts';
import { tellOutlooks } from './outlook.ts';
import type { Telling } from './replay-log.ts';
import type { Room } from './room.ts';
import type { Seat } from './seat.ts';

export type NumberedMessage = Extract<SignalClientMessage, { n: number }>;
type AddressedMessage = Extract<NumberedMessage, { to: string }>;

/** Null: it was told, or dropped because it is about a connection that no longer exists. */
export function passOn(
  room: Room,
  from: Seat,
  message: Exclude<NumberedMessage, { type: 'leave' }>,
): Complaint | null {
  if (message.type === 'nat') {
    tellOutlooks(room, from, message.nat);
    return null;
  }
  const to = room.seat(message.to);
  if (to === undefined || to === from || !to.greeted || !mayLink(room.path, from.member, to.member)) {
    return { code: 'signal-peer-unknown', detail: message.to };
  }
  const epoch = room.pairs.epoch(from, to);
  if (message.epoch < epoch) return null;
  if (message.epoch > epoch) return { code: 'signal-order', detail: `epoch: it is ${epoch}` };
  if (message.type === 'renew') {
    const next = room.pairs.renew(from, to);
    room.tell(to, { type: 'renewed', member: from.id, epoch: next, reason: 'asked' });
    room.tell(from, { type: 'renewed', member: to.id, epoch: next, reason: 'asked' });
    return null;
  }
  const verdict = room.pairs.take(from, to, message.link, message.type);
  if (verdict === 'ended') return null;
  if (verdict !== 'pass') return { code: 'signal-order', detail: verdict.problem };
  room.tell(to, tellingOf(message, from.id));
  return null;
}

function tellingOf(message: Exclude<AddressedMessage, { type: 'renew' }>, from: string): Telling {
  const { link, epoch } = message;
  switch (message.type) {
    case 'offer':
    case 'answer':
      return { type: message.type, from, link, epoch, sdp: message.sdp };
    case 'candidate':
      return { type: 'candidate', from, link, epoch, candidate: message.candidate };
    case 'bye':
      return { type: 'bye', from, link, epoch };
  }
}
