/** Keys of agents and invitations: random, told once, kept as hashes. */
import { randomBytes } from 'node:crypto';

/** 256 random bits, with the id that they are looked up by. */
export function newKey(agent: string): string {
  return `pa_${agent}.${randomBytes(32).toString('base64url')}`;
}

/** The agent that a key is of, if it is any; null: it has not the shape of one. */
export function agentOfKey(key: string): string | null {
  return /^pa_([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}$/.exec(key)?.[1] ?? null;
}

/** An invitation: 192 random bits. */
export function newToken(): string {
  return `pe_${randomBytes(24).toString('base64url')}`;
}
