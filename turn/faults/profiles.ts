import { type FaultEntry, type FaultPlanInput, faultPlanSchema } from '../../contract/fault-rules.ts';

export interface FaultProfile {
  readonly name: string;
  readonly title: string;
  readonly faults: NonNullable<FaultPlanInput['faults']>;
}

/** Situations that clients meet in the field, each made of a few faults. */
export const profiles: readonly FaultProfile[] = [
  {
    name: 'coturn-4.6.1',
    title:
      'Debian’s coturn 4.6.1 as clients see it: NUL bytes behind reasons, its name in every answer, 420 for a request that is sealed both ways',
    faults: ['error-reason-nul', 'software-in-answers', 'sealed-both-ways'],
  },
  {
    name: 'corporate-443-only',
    title: 'A firewall that lets nothing but TLS out: UDP is lost, plain TCP is reset',
    faults: ['udp-blocked', 'stream-refused'],
  },
  {
    name: 'captive-portal',
    title: 'A network before the login: UDP is lost, TCP answers with an HTTP redirect',
    faults: ['udp-blocked', 'captive-portal'],
  },
  {
    name: 'flaky-mobile',
    title:
      'A train ride: 3 % loss each way, 40–160 ms delay that reorders, and three seconds of silence every 30',
    faults: ['lossy-relay', 'jitter', 'outages'],
  },
  {
    name: 'stale-nonce-storm',
    title: 'A cluster without a shared nonce secret: every second request is answered with 438',
    faults: ['stale-nonce-alternating'],
  },
  {
    name: 'full-server',
    title: 'No room: every Allocate is answered with 508',
    faults: ['insufficient-capacity'],
  },
  {
    name: 'rolling-update',
    title: 'Servers that are replaced every five minutes; clients’ allocations are gone',
    faults: ['restarts-every-five-minutes'],
  },
  {
    name: 'slow-and-shaped',
    title: 'A thin line with a deep buffer: 8 kB a second to the client, up to two seconds of queue',
    faults: ['bufferbloat'],
  },
];

const parsed = new Map<string, readonly FaultEntry[]>();

/** Null: there is no such profile. */
export function profileEntries(name: string): readonly FaultEntry[] | null {
  const profile = profiles.find((each) => each.name === name);
  if (profile === undefined) return null;
  const entries = parsed.get(name) ?? faultPlanSchema.parse({ faults: profile.faults }).faults;
  parsed.set(name, entries);
  return entries;
}
