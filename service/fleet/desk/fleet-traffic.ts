/** What goes into the machine of a node’s rooms, and what comes out of it. */
import type { SignalClientMessage, SignalServerMessage } from '../../../contract/signalling.ts';
import type { MediaPath, RoomSpec } from '../../rooms/room-traffic.ts';
import type { AskOutcome, Frame, RoomAsk, RoomCall, RoomReply } from './fleet-messages.ts';
import type { KeptEntry, RoomEntry } from './room-entry.ts';

/** A member’s socket on this node, as the rim counts them. */
export type SocketNumber = number;
/** A media server on this node, as the rim counts them. */
export type MediaNumber = number;

export type FleetInput =
  // – sockets of this node
  | { readonly kind: 'opened'; readonly socket: SocketNumber }
  | {
      readonly kind: 'heard';
      readonly socket: SocketNumber;
      readonly message: SignalClientMessage;
      readonly characters: number;
    }
  | { readonly kind: 'babbled'; readonly socket: SocketNumber; readonly problem: string }
  | { readonly kind: 'closed'; readonly socket: SocketNumber }
  // – HTTP of this node; an `answer` follows
  | { readonly kind: 'create'; readonly id: string; readonly room: RoomSpec }
  | { readonly kind: 'ask'; readonly id: string; readonly room: string; readonly ask: RoomAsk }
  // – other nodes
  | { readonly kind: 'called'; readonly call: string; readonly from: string; readonly body: RoomCall }
  | { readonly kind: 'replied'; readonly call: string; readonly reply: RoomReply }
  /** nobody: no node has the room, or it has not been heard of yet. */
  | { readonly kind: 'unreplied'; readonly call: string; readonly problem: 'nobody' | 'timeout' }
  | { readonly kind: 'frame'; readonly from: string; readonly frame: Frame }
  | { readonly kind: 'gone'; readonly node: string }
  | { readonly kind: 'bus'; readonly isUp: boolean }
  // – the ledger
  | { readonly kind: 'appended'; readonly room: string; readonly entry: string; readonly revision: number }
  /** conflict: somebody else has written · unsure: nobody knows whether it is there. */
  | {
      readonly kind: 'unappended';
      readonly room: string;
      readonly entry: string;
      readonly problem: 'conflict' | 'unsure';
    }
  /** null: the ledger does not answer. */
  | { readonly kind: 'read'; readonly room: string; readonly entries: readonly KeptEntry[] | null }
  | { readonly kind: 'last'; readonly room: string; readonly last: KeptEntry | 'none' | 'unsure' }
  | { readonly kind: 'listed'; readonly rooms: readonly string[] }
  // – media servers of this node
  | { readonly kind: 'media-opened'; readonly room: string; readonly media: MediaNumber }
  | { readonly kind: 'media-failed'; readonly room: string }
  | { readonly kind: 'media-said'; readonly media: MediaNumber; readonly message: SignalClientMessage }
  | { readonly kind: 'media-lost'; readonly media: MediaNumber }
  /** The node stops: it hands its rooms on. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'due' };

export type FleetEffect =
  | { readonly kind: 'send'; readonly socket: SocketNumber; readonly message: SignalServerMessage }
  /** again: the member is to come back, here or elsewhere. */
  | {
      readonly kind: 'hang-up';
      readonly socket: SocketNumber;
      readonly reason: string;
      readonly again: boolean;
    }
  | { readonly kind: 'answer'; readonly id: string; readonly outcome: AskOutcome }
  /** Whichever node has the room replies. */
  | { readonly kind: 'call'; readonly call: string; readonly body: RoomCall }
  | { readonly kind: 'reply'; readonly call: string; readonly reply: RoomReply }
  | { readonly kind: 'frame'; readonly node: string; readonly frame: Frame }
  | {
      readonly kind: 'append';
      readonly room: string;
      readonly entry: RoomEntry;
      readonly after: number;
      readonly replaces: boolean;
    }
  | { readonly kind: 'read'; readonly room: string }
  | { readonly kind: 'last'; readonly room: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'erase'; readonly room: string }
  /** Calls about the room come here from now on, or not any more. */
  | { readonly kind: 'own'; readonly room: string; readonly isAdopted: boolean }
  | { readonly kind: 'disown'; readonly room: string; readonly reason: DisownReason }
  | { readonly kind: 'open-media'; readonly room: string; readonly path: MediaPath; readonly size: number }
  | { readonly kind: 'media-send'; readonly media: MediaNumber; readonly message: SignalServerMessage }
  | { readonly kind: 'close-media'; readonly media: MediaNumber; readonly reason: string };

/** ended: there is no such room any more · deposed: another node has it · released: this one stops. */
export type DisownReason = 'ended' | 'deposed' | 'released';
