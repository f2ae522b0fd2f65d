import { type FaultEntry, faultPlanSchema } from '../../contract/fault-rules.ts';
import { allocationFaults } from './catalog/allocation.ts';
import { authFaults } from './catalog/auth.ts';
import { lifecycleFaults } from './catalog/lifecycle.ts';
import { permissionFaults } from './catalog/permission.ts';
import { relayFaults } from './catalog/relay.ts';
import { stunFaults } from './catalog/stun.ts';
import { transportFaults } from './catalog/transport.ts';
import type { CatalogFault, FaultGroup } from './catalog-fault.ts';

export const catalog: Readonly<Record<FaultGroup, readonly CatalogFault[]>> = {
  transport: transportFaults,
  stun: stunFaults,
  auth: authFaults,
  allocation: allocationFaults,
  permission: permissionFaults,
  relay: relayFaults,
  lifecycle: lifecycleFaults,
};

export const allFaults: readonly CatalogFault[] = Object.values(catalog).flat();

const byId = new Map(allFaults.map((fault) => [fault.id, fault]));
const parsed = new Map<string, readonly FaultEntry[]>();

/** Null: there is no such fault. */
export function catalogFault(id: string): { readonly rules: readonly FaultEntry[] } | null {
  const fault = byId.get(id);
  if (fault === undefined) return null;
  const rules = parsed.get(id) ?? faultPlanSchema.parse({ faults: fault.rules }).faults;
  parsed.set(id, rules);
  return { rules };
}
