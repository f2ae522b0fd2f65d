/**
 * Reads what the service says on `/ws/rooms`. Without a schema library, because the Room page loads it; the schema in
 * contract/signalling.ts is the measure in tests.
 */
import type { SignalServerMessage } from '../contract/signalling.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isTruth: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => typeof value === 'object' && value !== null;
const described = { seq: isNumber, from: isText, link: isText, epoch: isNumber };

/** The fields that a client relies on; what is inside comes from the same release as the client. */
const fields = {
  welcome: {
    you: isText,
    room: isObject,
    peers: Array.isArray,
    resumed: isTruth,
    lastSeq: isNumber,
    received: isNumber,
  },
  joined: { seq: isNumber, peer: isObject },
  left: { seq: isNumber, member: isText, reason: isText },
  presence: { seq: isNumber, member: isText, present: isTruth },
  renewed: { seq: isNumber, member: isText, epoch: isNumber, reason: isText },
  path: { seq: isNumber, path: isObject, peers: Array.isArray },
  outlook: { seq: isNumber, member: isText, outlook: isObject },
  told: { member: isText, text: isText },
  offer: { ...described, sdp: isText },
  answer: { ...described, sdp: isText },
  candidate: { ...described, candidate: (value) => value === null || isObject(value) },
  bye: described,
  error: { code: isText, message: isText, fatal: isTruth },
  pong: { received: isNumber },
} as const satisfies Record<SignalServerMessage['type'], Record<string, Check>>;

/** The message, or null when it is none that this release knows. Never throws. */
export function readSignal(text: string): SignalServerMessage | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(message)) return null;
  const type = message['type'];
  const wanted = Object.entries(fields).find(([name]) => name === type)?.[1];
  if (wanted === undefined) return null;
  const isWhole = Object.entries(wanted).every(([name, check]) => check(message[name]));
  return isWhole ? (message as SignalServerMessage) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
