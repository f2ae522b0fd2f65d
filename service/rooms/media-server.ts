/**
 * The seam between rooms and media servers. A media server is a member of its room: it gets the messages that every
 * member gets, and says what every member may say. So the Room page negotiates with it as with a person.
 */
import type { RoomPath } from '../../contract/room-path.ts';
import type { SignalClientMessage, SignalServerMessage } from '../../contract/signalling.ts';

type Numbered = Extract<SignalClientMessage, { n: number }>;
type Unnumbered<M> = M extends Numbered ? Omit<M, 'n'> : never;
/** What a media server says; the desk numbers it. */
export type MediaServerSay = Exclude<Unnumbered<Numbered>, { type: 'leave' | 'nat' }>;

export interface MediaServerOptions {
  /** Id of the room. */
  readonly room: string;
  readonly path: Extract<RoomPath, { kind: 'sfu' | 'mcu' }>;
  /** Members that may be in the room besides the media server. */
  readonly size: number;
  readonly send: (message: MediaServerSay) => void;
  /**
   * It has died. The desk opens another one, and all members begin anew with it. Not called after `close`.
   * @param reason for the log
   */
  readonly onLost: (reason: string) => void;
}

export interface MediaServer {
  /** First a `welcome` with those who are there, then what happens. Answers to it come through `send`. */
  receive(message: SignalServerMessage): void;
  /** Ends it and all it has opened. */
  close(): void;
}

/** Opens the media server of one room. Throws when it cannot. */
export type OpenMediaServer = (options: MediaServerOptions) => MediaServer;
