/** Reads what the service says on `/ws/echo`. Pure; the schema in contract/signal.ts is the measure in tests. */
import type { EchoServerMessage } from '../../../contract/signal.ts';

/** The message, or null when it is none of the known ones. Never throws. */
export function readServerMessage(data: unknown): EchoServerMessage | null {
  const message = parse(data);
  if (message === null) return null;
  const { type, version, session, sdp, candidate, state, code } = message;
  if (type === 'hello') return version === 1 && isText(session) ? { type, version, session } : null;
  const peer = isText(message.peer) ? { peer: message.peer } : {};
  if (type === 'answer') return isText(sdp) ? { type, ...peer, sdp } : null;
  if (type === 'peer-state') return isText(state) ? { type, ...peer, state } : null;
  if (type === 'error') {
    const reason = message['message'];
    return isText(code) && isText(reason) ? { type, ...peer, code, message: reason } : null;
  }
  if (type !== 'candidate' || typeof candidate !== 'object' || candidate === null) return null;
  const { candidate: line, sdpMid = null } = candidate as Record<string, unknown>;
  if (!isText(line) || (sdpMid !== null && !isText(sdpMid))) return null;
  return { type, ...peer, candidate: { candidate: line, sdpMid } };
}

interface LooseMessage extends Readonly<Record<string, unknown>> {
  readonly type?: unknown;
  readonly version?: unknown;
  readonly peer?: unknown;
  readonly session?: unknown;
  readonly sdp?: unknown;
  readonly candidate?: unknown;
  readonly state?: unknown;
  readonly code?: unknown;
}

function parse(data: unknown): LooseMessage | null {
  try {
    const value: unknown = typeof data === 'string' ? JSON.parse(data) : null;
    return typeof value === 'object' && value !== null ? (value as LooseMessage) : null;
  } catch {
    return null;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
