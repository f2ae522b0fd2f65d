/** The membership of this tab, kept over a reload. Session storage ends with the tab, and is no other tab’s. */
import type { Membership } from '../../rooms/io/index.ts';

const fields = ['roomId', 'member', 'session', 'channelPath'] as const;

function keyOf(room: string): string {
  return `polynya room ${room}`;
}

export function saveSession(membership: Membership): void {
  try {
    const kept = Object.fromEntries(fields.map((name) => [name, membership[name]]));
    sessionStorage.setItem(keyOf(membership.roomId), JSON.stringify(kept));
  } catch {
    // Storage may be switched off; then a reload joins anew.
  }
}

export function savedSession(room: string, service: string): Membership | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(room)) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const isWhole = fields.every((name) => name in kept && typeof Reflect.get(kept, name) === 'string');
    return isWhole ? { ...(kept as Omit<Membership, 'service'>), service } : null;
  } catch {
    return null;
  }
}

export function forgetSession(room: string): void {
  try {
    sessionStorage.removeItem(keyOf(room));
  } catch {
    // As above.
  }
}
