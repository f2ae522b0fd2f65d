/** Reads what the service says on `/ws/nat`. Pure; the schema in contract/tab-nat.ts is the measure in tests. */
import type { TabNatServerMessage } from '../../../contract/tab-nat.ts';

/** The parts that this page reads, by type; what is inside comes from the release that made the page. */
const parts = {
  answers: { answers: Array.isArray },
  finding: { result: isObject, meanings: isObject },
  error: { code: isText, message: isText },
} as const satisfies Record<TabNatServerMessage['type'], Record<string, (value: unknown) => boolean>>;

/** The message, or null when it is none of the known ones. Never throws. */
export function readNatMessage(data: unknown): TabNatServerMessage | null {
  let message: unknown;
  try {
    message = typeof data === 'string' ? JSON.parse(data) : null;
  } catch {
    return null;
  }
  if (!isObject(message)) return null;
  const wanted = Object.entries(parts).find(([type]) => type === message['type'])?.[1];
  if (wanted === undefined) return null;
  const isWhole = Object.entries(wanted).every(([name, is]) => is(message[name]));
  return isWhole ? (message as TabNatServerMessage) : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
