import type { Endpoint } from '../../stun/endpoint.ts';
import { encodeMessage, methods } from '../../stun/message.ts';
import { bendChannelData, spoilPayload } from './channel-data.ts';
import { editMessage } from './edit-message.ts';
import type { Parcel } from './parcel.ts';
import type { Action } from './rule.ts';
import type { Scene } from './scene.ts';

/** What becomes of one parcel by one action; nothing: it is lost. */
export function act(action: Action, parcel: Parcel, scene: Scene): Parcel[] {
  switch (action.kind) {
    case 'drop':
      return [];
    case 'delay':
      return [later(parcel, action.ms + scene.draw('jitter') * action.jitterMs)];
    case 'overtaken':
      return [{ ...later(parcel, action.atMostMs), overtakenBy: action.by }];
    case 'duplicate':
      return Array.from({ length: action.copies + 1 }, (_, i) => later(parcel, i * action.gapMs));
    case 'corrupt':
      return [changed(parcel, corrupted(parcel, action.where, scene))];
    case 'truncate':
      return [changed(parcel, parcel.bytes.slice(0, action.toBytes))];
    case 'throttle':
      return throttled(action, parcel, scene);
    case 'silence':
      return silenced(action, parcel, scene);
    case 'close':
      return [closing(parcel, new Uint8Array(0), action.reset)];
    case 'cut':
      return [closing(parcel, parcel.bytes.slice(0, action.afterBytes), action.reset)];
    case 'raw':
      return [parcel, towardsClient(parcel, action.bytes)];
    case 'icmp':
      return [towardsClient(parcel, icmpIndication(action, scene))];
    case 'edit':
    case 'precede':
      return edited(action, parcel);
    case 'elsewhere':
      return [{ ...parcel, socket: scene.otherSocket(parcel.socket) ?? parcel.socket }];
    case 'split':
      return pieces(parcel, action.bytes, action.gapMs);
    case 'coalesce':
      return [{ ...later(parcel, action.ms), joins: true }];
    case 'rechannel':
    case 'as-indication':
    case 'unpadded':
    case 'overlong':
      return [changed(parcel, bendChannelData(action, parcel.bytes, scene))];
    default:
      return [parcel];
  }
}

function later(parcel: Parcel, ms: number): Parcel {
  return { ...parcel, atMs: parcel.atMs + ms };
}

/** The bytes are not what their making says any more. */
function changed(parcel: Parcel, bytes: Uint8Array): Parcel {
  return bytes === parcel.bytes ? parcel : { ...parcel, bytes, making: null };
}

function closing(parcel: Parcel, bytes: Uint8Array, reset: boolean): Parcel {
  return { ...changed(parcel, bytes), way: 'outgoing', closes: reset ? 'reset' : 'end' };
}

function towardsClient(parcel: Parcel, bytes: Uint8Array): Parcel {
  return { ...changed(parcel, bytes), way: 'outgoing' };
}

function edited(action: Extract<Action, { kind: 'edit' | 'precede' }>, parcel: Parcel): Parcel[] {
  if (parcel.making === null) return [parcel];
  const bent = changed(parcel, editMessage(parcel.making, action.edit));
  return action.kind === 'edit' ? [bent] : [bent, parcel];
}

/** One bit, anywhere or in the payload that is relayed. */
function corrupted(parcel: Parcel, where: 'message' | 'payload', scene: Scene): Uint8Array {
  if (where === 'payload') return spoilPayload(parcel, scene);
  const bytes = parcel.bytes.slice();
  const at = Math.floor(scene.draw('byte') * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(scene.draw('bit') * 8));
  return bytes;
}

/** What a limit without a queue lets pass at once. */
const burstMs = 1000;

/** A line that takes one packet after the other; what would wait too long is lost. */
function throttled(
  { bytesPerSecond, queueMs }: Extract<Action, { kind: 'throttle' }>,
  parcel: Parcel,
  { line }: Scene,
): Parcel[] {
  const beginMs = Math.max(parcel.atMs, line.freeAtMs);
  if (beginMs - parcel.atMs > (queueMs ?? burstMs)) return [];
  line.freeAtMs = beginMs + (parcel.bytes.length * 1000) / bytesPerSecond;
  return [queueMs === undefined ? parcel : { ...parcel, atMs: line.freeAtMs }];
}

function silenced(
  { sec = Number.POSITIVE_INFINITY, direction }: Extract<Action, { kind: 'silence' }>,
  parcel: Parcel,
  { nowMs, note }: Scene,
): Parcel[] {
  for (const way of ['incoming', 'outgoing'] as const) {
    if (direction === 'both' || direction === way) note.silentUntilMs[way] = nowMs + sec * 1000;
  }
  return direction === 'both' || direction === parcel.way ? [] : [parcel];
}

/** Streams keep the order of the pieces whatever the gap. */
function pieces(parcel: Parcel, size: number, gapMs: number): Parcel[] {
  const count = Math.ceil(parcel.bytes.length / size);
  return Array.from({ length: count }, (_, i) =>
    later(changed(parcel, parcel.bytes.slice(i * size, (i + 1) * size)), i * gapMs),
  );
}

/** RFC 8656 s11.5: a Data indication without DATA says that a packet came to nothing. */
function icmpIndication({ type, code }: Extract<Action, { kind: 'icmp' }>, scene: Scene): Uint8Array {
  const peer: Endpoint = scene.sighting.peer ?? { address: '0.0.0.0', port: 0 };
  return encodeMessage({
    method: methods.data,
    class: 'indication',
    transactionId: scene.random(12),
    attributes: [
      { name: 'XOR-PEER-ADDRESS', value: peer },
      { name: 'ICMP', value: { type, code, data: 0 } },
    ],
  });
}
