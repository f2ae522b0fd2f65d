/** All checks, in the lanes in which they run; docs/turn-checks.md is made from this table. */
import type { Check, Risk } from './check.ts';
import type { Phase } from './check-run.ts';
import { addressFamilies } from './checks/address-families.ts';
import { afterwards } from './checks/afterwards.ts';
import { allocationLife } from './checks/allocation-life.ts';
import { allocationRequests } from './checks/allocation-requests.ts';
import { authChallenge, openRelay, rightPassword } from './checks/auth-challenge.ts';
import { authRefusals } from './checks/auth-refusals.ts';
import { authSecrets } from './checks/auth-secrets.ts';
import { channels } from './checks/channels.ts';
import { destructive } from './checks/destructive.ts';
import { forbiddenOwn, forbiddenUnaligned } from './checks/forbidden-own.ts';
import { forbiddenV4, forbiddenV6 } from './checks/forbidden-peer-rows.ts';
import { natDiscovery } from './checks/nat-discovery.ts';
import { reachability, relayPortsOpen } from './checks/reachability.ts';
import { relayQuality } from './checks/relay-quality.ts';
import { relayedAddresses } from './checks/relayed-addresses.ts';
import { relayedData } from './checks/relayed-data.ts';
import { stunAmplification } from './checks/stun-amplification.ts';
import { bindingContact, errorReason, stunBasics } from './checks/stun-basics.ts';
import { stunFraming } from './checks/stun-framing.ts';
import { mobility, tcpOverUdp, tcpRelaying } from './checks/tcp-relaying.ts';
import { tlsChecks } from './checks/tls.ts';
import { everyUri, transportChecks } from './checks/transports.ts';
import type { Lane } from './lane.ts';

/** Without an answer to any of these nothing else is tried. */
const contact: Phase = {
  lanes: [
    { name: 'contact', ready: 'socket', checks: [openRelay, bindingContact, errorReason, rightPassword] },
  ],
};

const together: Phase = {
  lanes: [
    { name: 'binding', ready: 'socket', checks: stunBasics },
    { name: 'framing', ready: 'socket', checks: stunFraming },
    { name: 'amplification', ready: 'socket', checks: stunAmplification },
    { name: 'challenge', ready: 'socket', checks: authChallenge },
    {
      name: 'login',
      ready: 'challenge',
      checks: [...authRefusals, ...allocationRequests, tcpOverUdp],
    },
    { name: 'secrets', ready: 'socket', checks: authSecrets },
    { name: 'families', ready: 'challenge', checks: addressFamilies },
    { name: 'allocation', ready: 'allocation', checks: [...allocationLife, ...channels] },
    { name: 'data', ready: 'pair', checks: [...reachability, ...relayedData, ...relayQuality] },
    { name: 'peers', ready: 'allocation', checks: [...forbiddenV4, ...forbiddenOwn] },
    { name: 'transports', ready: 'socket', checks: [...tlsChecks, ...natDiscovery, ...transportChecks] },
    { name: 'extensions', ready: 'allocation', checks: [...tcpRelaying, ...mobility] },
    { name: 'ipv6-peers', ready: 'ipv6-allocation', checks: [...forbiddenV6, forbiddenUnaligned] },
  ],
};

/** One after the other, when nothing else runs. */
const alone: Phase[] = [
  { lanes: [{ name: 'destructive', ready: 'allocation', checks: destructive }] },
  {
    lanes: [
      {
        name: 'afterwards',
        ready: 'socket',
        checks: [...relayedAddresses, relayPortsOpen, everyUri, ...afterwards],
      },
    ],
  },
];

export const phases: readonly Phase[] = [contact, together, ...alone];

export const catalog: readonly Check[] = phases
  .flatMap(({ lanes }) => lanes.flatMap(({ checks }) => checks))
  .sort((a, b) => a.id.localeCompare(b.id));

export interface Selection {
  /** Ids, or letters of whole groups; null: all. */
  readonly only: readonly string[] | null;
  readonly risks: ReadonlySet<Risk>;
  readonly overStream: boolean;
}

export function isSelected(check: Check, { only, risks, overStream }: Selection): boolean {
  const wanted = only === null || only.some((id) => id === check.id || id === check.id.slice(0, 1));
  return wanted && risks.has(check.risk ?? 'basic') && !(overStream && check.udpOnly === true);
}

/** The contact phase always runs: the rest needs what it learns. */
export function selectedPhases(selection: Selection): Phase[] {
  const chosen = phases.slice(1).map(({ lanes }) => ({
    lanes: lanes
      .map((lane): Lane => ({ ...lane, checks: lane.checks.filter((check) => isSelected(check, selection)) }))
      .filter(({ checks }) => checks.length > 0),
  }));
  return [contact, ...chosen];
}
