import type { FaultEntryInput } from '../../contract/fault-rules.ts';

export const faultGroups = {
  transport: 'Transport',
  stun: 'STUN',
  auth: 'Login',
  allocation: 'Allocation',
  permission: 'Permissions and channels',
  relay: 'Relay path',
  lifecycle: 'Life of the server',
} as const;
export type FaultGroup = keyof typeof faultGroups;

/** One way to misbehave that has been seen, or that a client must stand. */
export interface CatalogFault {
  /** Stable; what plans name. */
  readonly id: string;
  readonly title: string;
  /** What a client should make of it, and where that is said. */
  readonly rfc: string | null;
  /** Where it can happen. Default: over UDP. */
  readonly over?: 'udp' | 'tcp';
  readonly rules: readonly FaultEntryInput[];
}
