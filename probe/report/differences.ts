/** Parts of a comparison that every kind of report shares. Pure. */
import type { Candidate } from '../../contract/candidate.ts';
import type { DiffArea, Difference } from '../../contract/difference.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { NatSummary, ServerResult, Verdict } from '../../contract/nat-report.ts';
import { familyOf } from '../../stun/endpoint.ts';

/** Collects what differs. */
export class Differences {
  readonly found: Difference[] = [];

  compare(area: DiffArea, subject: string, before: string | null, after: string | null): void {
    if (before !== after) this.found.push({ area, subject, before, after });
  }

  addresses(before: NatSummary, after: NatSummary): void {
    this.compare('address', 'public address', publicAddresses(before), publicAddresses(after));
  }

  verdicts(before: readonly Verdict[], after: readonly Verdict[]): void {
    for (const name of namesOf(before, after)) {
      this.compare('verdict', name, verdictText(before, name), verdictText(after, name));
    }
  }

  servers(before: Asked, after: Asked): void {
    const [serversBefore, serversAfter] = [byKey(before.servers), byKey(after.servers)];
    for (const key of union(serversBefore, serversAfter)) {
      const [from, to] = [serversBefore.get(key), serversAfter.get(key)];
      this.compare('server', key, statusText(from), statusText(to));
      if (from === undefined || to === undefined) continue;
      this.compare('server', `${key} address`, from.address, to.address);
      this.compare('server', `${key} RFC 5780`, answersText(from), answersText(to));
      this.compare('server', `${key} software`, from.software, to.software);
      if (rttChanged(before, from, after, to)) {
        this.compare('server', `${key} round trip`, rttText(from), rttText(to));
      }
    }
  }

  candidates(before: readonly Candidate[], after: readonly Candidate[]): void {
    const [typesBefore, typesAfter] = [byType(before), byType(after)];
    for (const type of union(typesBefore, typesAfter)) {
      this.compare('candidate', type, typesBefore.get(type) ?? null, typesAfter.get(type) ?? null);
    }
  }
}

/** Servers with the evidence that says how much their round trips scatter. */
interface Asked {
  readonly servers: readonly ServerResult[];
  readonly evidence: readonly Evidence[];
}

function union(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}

function publicAddresses(nat: NatSummary): string | null {
  const addresses = nat.publicEndpoints.map((e) => e.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  return addresses.length === 0 ? null : [...new Set(addresses)].sort().join(', ');
}

function namesOf(...lists: readonly (readonly Verdict[])[]): string[] {
  const names = new Set(lists.flat().map((verdict) => verdict.name));
  names.delete('publicEndpoints');
  return [...names];
}

/** A verdict that a report does not have is as good as one that says `unknown`. */
function verdictText(verdicts: readonly Verdict[], name: string): string {
  const { value, possible } = verdicts.find((v) => v.name === name) ?? { value: null };
  const text = Array.isArray(value) ? value.join(', ') : value === null ? 'unknown' : String(value);
  return possible === undefined ? text : `${text} (${possible.join(' or ')})`;
}

/** One URL may have been asked over IPv4 and IPv6. */
function byKey(servers: readonly ServerResult[]): Map<string, ServerResult> {
  return new Map(
    servers.map((server) => {
      const six = server.address !== null && familyOf(server.address) === 'ipv6';
      return [six ? `${server.url} (IPv6)` : server.url, server];
    }),
  );
}

function statusText(server: ServerResult | undefined): string | null {
  if (server === undefined) return null;
  return server.failure === undefined ? server.status : `${server.status}: ${server.failure.code}`;
}

const answersText = ({ rfc5780 }: ServerResult) =>
  rfc5780 === null ? 'not asked' : rfc5780 ? 'answers' : 'does not answer';

const rttText = ({ rttMs }: ServerResult) => (rttMs === null ? null : `${rttMs.toFixed(1)} ms`);

/** Less than this is the scheduling of either host. */
const rttFloorMs = 5;
const rttShare = 0.2;

/**
 * `rttMs` is the shortest of a few round trips. A change counts when it is larger than 5 ms, than a fifth of the longer
 * one, and than the scatter within either report (median less minimum over the same address).
 */
function rttChanged(bodyBefore: Asked, before: ServerResult, bodyAfter: Asked, after: ServerResult): boolean {
  if (before.rttMs === null || after.rttMs === null) return false;
  const change = Math.abs(after.rttMs - before.rttMs);
  const noise = Math.max(
    rttFloorMs,
    rttShare * Math.max(before.rttMs, after.rttMs),
    scatterMs(bodyBefore, before),
    scatterMs(bodyAfter, after),
  );
  return change > noise;
}

function scatterMs(body: Asked, server: ServerResult): number {
  const rtts = body.evidence
    .filter((e) => e.to.address === server.address && e.transport === server.transport)
    .flatMap((e) => (e.rttMs === null ? [] : [e.rttMs]))
    .sort((a, b) => a - b);
  const median = rtts[Math.floor(rtts.length / 2)];
  const [least] = rtts;
  return median === undefined || least === undefined ? 0 : median - least;
}

/** `relay udp via tls` → its addresses, each once. */
function byType(candidates: readonly Candidate[]): Map<string, string> {
  const groups = new Map<string, Set<string>>();
  for (const { type, protocol, relayProtocol, address } of candidates) {
    const key = relayProtocol === null ? `${type} ${protocol}` : `${type} ${protocol} via ${relayProtocol}`;
    const group = groups.get(key) ?? new Set();
    // A browser makes up a new name (….local, RFC 8828 §3.2) for every page.
    const named = address === null || address.endsWith('.local') ? 'hidden' : address;
    groups.set(key, group.add(named));
  }
  return new Map([...groups].map(([key, addresses]) => [key, [...addresses].sort().join(', ')]));
}
