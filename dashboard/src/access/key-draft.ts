/** What the form of a key holds while it is edited. Pure. */

import { type KeyInput, keyInputSchema } from '../../../contract/access/keys.ts';
import type { Role } from '../../../contract/access.ts';
import { words } from '../words.ts';

export interface KeyDraft {
  readonly name: string;
  readonly role: Role;
  /** Null: until it is withdrawn. */
  readonly lifetimeDays: number | null;
}

export const newKey: KeyDraft = { name: '', role: 'viewer', lifetimeDays: 90 };

export function toKeyInput({ name, role, lifetimeDays }: KeyDraft): KeyInput {
  return { name: name.trim(), role, lifetimeDays };
}

/** What is wrong with the name, by the contract itself; null: nothing. */
export function nameProblem(draft: KeyDraft): string | null {
  const parsed = keyInputSchema.shape.name.safeParse(draft.name);
  return parsed.success ? null : words.keyForm.noName;
}
