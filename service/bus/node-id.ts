import { randomBytes } from 'node:crypto';

/** A token of a subject: letters and digits only. */
export function newNodeId(): string {
  return `n${randomBytes(8).toString('hex')}`;
}
