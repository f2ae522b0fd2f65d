import { createHash } from 'node:crypto';

/** SHA-256 in hexadecimal, under which a token or key is kept. What is random all through needs no salt. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
