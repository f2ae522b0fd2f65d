/** Targets to addresses that this host can send to. A name that resolves slowly does not hold up the others. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { ProbeTarget } from '../target.ts';
import { sourceAddressFor } from './local-address.ts';
import { resolveHost } from './resolve.ts';

/** A target with an address to send to, and the local address that it is sent from. */
export interface Destination {
  readonly target: ProbeTarget;
  readonly endpoint: Endpoint;
  readonly source: string;
}

export interface Found {
  readonly destinations: readonly Destination[];
  /** Targets without address or route, with the reason. */
  readonly unusable: readonly ServerResult[];
}

export interface FindOptions {
  readonly targets: readonly ProbeTarget[];
  readonly bindAddress?: string;
  readonly signal?: AbortSignal;
}

/** Names that resolve this much later than the first one are tried on their own. */
const graceMs = 250;

/** @param resolve what the operating system knows, unless a test says otherwise */
export async function findDestinations(
  options: FindOptions,
  resolve: typeof resolveHost = resolveHost,
): Promise<{ early: Found; late: Promise<Found> }> {
  const found = new Map<number, Found>();
  const searches = options.targets.map(async (target, index) => {
    const result = await findOne(target, options, resolve);
    found.set(index, result);
    if (result.destinations.length === 0) throw new Error('no destination');
  });
  const all = Promise.allSettled(searches);
  const firstAndGrace = Promise.any(searches).then(
    () => sleep(graceMs, undefined, { ref: false }),
    () => undefined,
  );
  await Promise.race([all, firstAndGrace]);
  const inTime = new Set(found.keys());
  const late = all.then(() => together([...found].filter(([index]) => !inTime.has(index))));
  return { early: together([...found]), late };
}

/** In the order of the targets. */
function together(entries: readonly (readonly [number, Found])[]): Found {
  const found = [...entries].sort(([a], [b]) => a - b).map(([, one]) => one);
  const destinations = found.flatMap((one) => one.destinations);
  // IPv4 first: its NATs are what the verdict is about.
  destinations.sort((a, b) => familyOf(a.endpoint.address).localeCompare(familyOf(b.endpoint.address)));
  return { destinations, unusable: found.flatMap((one) => one.unusable) };
}

async function findOne(
  target: ProbeTarget,
  { bindAddress, signal }: FindOptions,
  resolve: typeof resolveHost,
): Promise<Found> {
  const resolved = await resolve(target.uri.host, signal);
  if (!resolved.ok) return { destinations: [], unusable: [unreached(target, null, resolved.failure)] };
  const destinations: Destination[] = [];
  for (const address of firstOfEachFamily(resolved.addresses)) {
    const endpoint = { address, port: target.uri.port };
    const wrongFamily = bindAddress !== undefined && familyOf(bindAddress) !== familyOf(address);
    const source = wrongFamily ? null : await sourceAddressFor(endpoint);
    if (source !== null) destinations.push({ target, endpoint, source: bindAddress ?? source });
  }
  // A family that this host does not have is no news where the other one works.
  if (destinations.length > 0) return { destinations, unusable: [] };
  const detail = resolved.addresses.map((address) => familyOf(address)).join(', ');
  const problem = failure('local-no-route', detail);
  return { destinations, unusable: [unreached(target, resolved.addresses[0] ?? null, problem)] };
}

function firstOfEachFamily(addresses: readonly string[]): string[] {
  return [...new Map([...addresses].reverse().map((address) => [familyOf(address), address])).values()];
}

function unreached({ uri }: ProbeTarget, address: string | null, problem: Failure): ServerResult {
  return {
    url: uri.text,
    transport: uri.transport,
    address,
    status: 'failed',
    rttMs: null,
    setupMs: null,
    software: null,
    rfc5780: null,
    failure: problem,
    evidence: [],
  };
}
