import type { FaultMethod } from '../../contract/fault-rules.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import type { FiveTuple } from '../server/five-tuple.ts';
import type { Passage } from '../server/seam.ts';
import { type ClientNote, noteChannel, type Way } from './client-notes.ts';

/** What a rule looks at. */
export interface Sighting {
  readonly on: Way | 'connect';
  readonly tuple: FiveTuple;
  readonly username: string | null;
  /** Null: a stream that was accepted, or a method without a name here. */
  readonly method: FaultMethod | null;
  /** Null: ChannelData. */
  readonly message: StunMessage | null;
  readonly code: number | null;
  readonly channel: number | null;
  readonly peer: Endpoint | null;
  readonly bytes: number;
}

const names = new Map<number, FaultMethod>([
  [methods.binding, 'binding'],
  [methods.allocate, 'allocate'],
  [methods.refresh, 'refresh'],
  [methods.send, 'send'],
  [methods.data, 'data'],
  [methods.createPermission, 'create-permission'],
  [methods.channelBind, 'channel-bind'],
  [methods.connect, 'connect'],
  [methods.connectionBind, 'connection-bind'],
  [methods.connectionAttempt, 'connection-attempt'],
]);

export function sightMessage(on: Way, passage: Passage, note: ClientNote): Sighting {
  const { tuple, message, channel, bytes } = passage;
  const username = passage.username ?? note.username ?? claimedName(message);
  if (message === null) {
    const peer = channel === null ? null : (note.channels.get(channel) ?? null);
    const method = channel === null ? null : 'channel-data';
    return { on, tuple, username, method, message, code: null, channel, peer, bytes: bytes.length };
  }
  return {
    on,
    tuple,
    username,
    method: names.get(message.method) ?? null,
    message,
    code: getAttribute(message, 'ERROR-CODE')?.code ?? null,
    channel: getAttribute(message, 'CHANNEL-NUMBER') ?? null,
    peer: getAttribute(message, 'XOR-PEER-ADDRESS') ?? null,
    bytes: bytes.length,
  };
}

export function sightConnection(tuple: FiveTuple): Sighting {
  const nothing = { username: null, method: null, message: null, code: null, channel: null, peer: null };
  return { on: 'connect', tuple, bytes: 0, ...nothing };
}

/** What the messages tell about a client. */
export function learn(nowMs: number, note: ClientNote, { on, username, message, method }: Sighting): void {
  note.username = username;
  if (message === null) return;
  if (on === 'incoming') {
    const channel = getAttribute(message, 'CHANNEL-NUMBER');
    const peer = getAttribute(message, 'XOR-PEER-ADDRESS');
    if (method === 'channel-bind' && channel !== undefined && peer !== undefined)
      noteChannel(note, channel, peer);
    return;
  }
  note.nonce = getAttribute(message, 'NONCE') ?? note.nonce;
  if (method === 'allocate' && message.class === 'success') note.allocatedMs = nowMs;
}

/** A name that has not been proved yet: enough to choose whom to harm. */
function claimedName(message: StunMessage | null): string | null {
  return message === null ? null : (getAttribute(message, 'USERNAME') ?? null);
}
