/** What goes into the rooms’ machine and what comes out of it. */
import type { FailureCode } from '../../contract/failures.ts';
import type { Member } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { SignalClientMessage, SignalServerMessage } from '../../contract/signalling.ts';

/** One connection to a member, as the rim counts them; never used twice. */
export type SocketId = number;

export type RoomInput =
  | { readonly kind: 'create'; readonly room: RoomSpec }
  | {
      readonly kind: 'join';
      readonly room: string;
      readonly token: string;
      readonly member: Pick<Member, 'id' | 'name' | 'kind'>;
      /** Secret of the new membership. */
      readonly session: string;
    }
  | { readonly kind: 'leave'; readonly room: string; readonly member: string; readonly reason: LeaveReason }
  | { readonly kind: 'change-path'; readonly room: string; readonly path: RoomPath }
  | { readonly kind: 'close'; readonly room: string }
  | { readonly kind: 'opened'; readonly socket: SocketId }
  /** The media server that was wanted runs, and is reached by this socket. */
  | { readonly kind: 'media-opened'; readonly room: string; readonly socket: SocketId }
  | { readonly kind: 'media-failed'; readonly room: string }
  | {
      readonly kind: 'said';
      readonly socket: SocketId;
      readonly message: SignalClientMessage;
      readonly characters: number;
    }
  /** What came is no message of ours. */
  | { readonly kind: 'babbled'; readonly socket: SocketId; readonly problem: string }
  /** What came goes beyond the limits of its member. */
  | { readonly kind: 'flooded'; readonly socket: SocketId }
  | { readonly kind: 'closed'; readonly socket: SocketId }
  /** The node that had all the sockets is gone. */
  | { readonly kind: 'adopted' }
  /** A deadline has come. */
  | { readonly kind: 'due' };

export type LeaveReason = 'left' | 'lost' | 'removed';

export interface RoomSpec {
  readonly id: string;
  readonly name: string;
  /** Of whoever made it. */
  readonly project: string;
  readonly path: RoomPath;
  readonly size: number;
  readonly joinToken: string;
  /** ISO times, for those who look at it. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lifeMs: number;
}

export type RoomEffect =
  | { readonly kind: 'send'; readonly socket: SocketId; readonly message: SignalServerMessage }
  /** Nothing more will be sent; the machine has forgotten the socket. */
  | { readonly kind: 'hang-up'; readonly socket: SocketId; readonly reason: string }
  /** Answer to create, join, leave, change-path and close; without it they were done. */
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly detail: string }
  /** Open a media server for the room; then comes `media-opened` or `media-failed`. */
  | { readonly kind: 'open-media'; readonly room: string; readonly path: MediaPath; readonly size: number }
  | { readonly kind: 'ended'; readonly room: string };

export type MediaPath = Extract<RoomPath, { kind: 'sfu' | 'mcu' }>;
