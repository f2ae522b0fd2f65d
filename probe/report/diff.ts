/** What changed between two NAT reports: "it worked yesterday". Pure; the older report comes first by convention. */
import type { Candidate } from '../../contract/candidate.ts';
import type { NatReportBody, ServerResult, Verdict } from '../../contract/nat-report.ts';
import { familyOf } from '../../stun/endpoint.ts';

export const diffAreas = ['headline', 'host', 'address', 'verdict', 'server', 'candidate'] as const;
export type DiffArea = (typeof diffAreas)[number];

export interface Difference {
  readonly area: DiffArea;
  /** What changed: a verdict's name, a server's URL and property, a kind of candidate. */
  readonly subject: string;
  /** null: not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Empty: nothing changed. Ports of public endpoints and of candidates are new in every run, and so not compared. */
export function diffNatReports(before: NatReportBody, after: NatReportBody): Difference[] {
  const found: Difference[] = [];
  const compare = (area: DiffArea, subject: string, from: string | null, to: string | null) => {
    if (from !== to) found.push({ area, subject, before: from, after: to });
  };
  compare('headline', 'finding', before.headline.code, after.headline.code);
  compare('host', 'local address', before.run.localAddress, after.run.localAddress);
  compare('host', 'address family', before.run.family, after.run.family);
  compare('host', 'host name', before.run.hostname, after.run.hostname);
  compare('address', 'public address', publicAddresses(before), publicAddresses(after));
  for (const name of namesOf(before.verdicts, after.verdicts)) {
    compare('verdict', name, verdictText(before.verdicts, name), verdictText(after.verdicts, name));
  }
  const [serversBefore, serversAfter] = [byKey(before.servers), byKey(after.servers)];
  for (const key of union(serversBefore, serversAfter)) {
    const [from, to] = [serversBefore.get(key), serversAfter.get(key)];
    compare('server', key, statusText(from), statusText(to));
    if (from === undefined || to === undefined) continue;
    compare('server', `${key} address`, from.address, to.address);
    compare('server', `${key} RFC 5780`, answersText(from), answersText(to));
    compare('server', `${key} software`, from.software, to.software);
    if (rttChanged(before, from, after, to)) {
      compare('server', `${key} round trip`, rttText(from), rttText(to));
    }
  }
  const [candidatesBefore, candidatesAfter] = [byType(before.candidates), byType(after.candidates)];
  for (const type of union(candidatesBefore, candidatesAfter)) {
    compare('candidate', type, candidatesBefore.get(type) ?? null, candidatesAfter.get(type) ?? null);
  }
  return found;
}

function union(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}

function publicAddresses({ nat }: NatReportBody): string | null {
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
function rttChanged(
  bodyBefore: NatReportBody,
  before: ServerResult,
  bodyAfter: NatReportBody,
  after: ServerResult,
): boolean {
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

function scatterMs(body: NatReportBody, server: ServerResult): number {
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
    groups.set(key, group.add(address ?? 'hidden'));
  }
  return new Map([...groups].map(([key, addresses]) => [key, [...addresses].sort().join(', ')]));
}
