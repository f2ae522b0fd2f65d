/** A stored report → what a population counts of it. */
import type { Candidate } from '../../contract/candidate.ts';
import type { NatReport, VisitReport } from '../../contract/envelope.ts';
import type { FailureCode } from '../../contract/failures.ts';
import type { UnknownWay } from '../../contract/population.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { type StreamTry, type Way, wayOut } from './way-out.ts';

export interface Observation {
  /** ISO 8601. */
  readonly at: string;
  /** Random name of the browser, where its visitor agreed to have one; of its reports the newest counts. */
  readonly visitor: string | null;
  readonly way: Way | UnknownWay;
  /** Has a global IPv6 address; null: the report does not tell. */
  readonly ipv6: boolean | null;
}

export function observe(report: NatReport | VisitReport): Observation {
  if (report.kind === 'nat-report') {
    const { nat, servers, candidates, network } = report.body;
    const interfaces = network?.interfaces.flatMap(({ addresses }) => addresses);
    return {
      at: report.at,
      visitor: null,
      way: wayOut(nat, streamTries(servers)),
      ipv6: hasIpv6(candidates, interfaces ?? null),
    };
  }
  const { nat, servers = [], relays = [], candidates, run } = report.body;
  return {
    at: report.at,
    visitor: run.visitor ?? null,
    way:
      nat === undefined
        ? 'nat-not-tested'
        : wayOut(nat.nat, [...streamTries(servers), ...streamTries(relays)]),
    // A browser that shows addresses shows all of them.
    ipv6: hasIpv6(candidates, openAddresses(candidates)),
  };
}

interface ServerTry {
  readonly url: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** As a server of a report, or as a relay of a visit. */
  readonly status?: 'ok' | 'failed' | 'skipped';
  readonly outcome?: 'ok' | 'note' | 'failed' | 'skipped';
  readonly failure?: { readonly code: FailureCode } | undefined;
}

function streamTries(tries: readonly ServerTry[]): StreamTry[] {
  return tries.flatMap(({ url, transport, status, outcome, failure }) => {
    const parsed = parseStunUri(url);
    const ended = status ?? outcome;
    if (transport === 'udp' || !parsed.ok || ended === 'skipped') return [];
    return [{ port: parsed.uri.port, passed: ended === 'ok' || passedAllTheSame(failure?.code) }];
  });
}

/** An error that the server itself has sent came through; silence did not; a refusal may be anybody's. */
function passedAllTheSame(code: FailureCode | undefined): boolean | null {
  if (code === 'timeout' || code === 'unreachable') return false;
  return code !== undefined && /^(?:stun|turn|tls)-/.test(code) ? true : null;
}

/** @param all every address of the host; null: not known */
function hasIpv6(candidates: readonly Candidate[], all: readonly string[] | null): boolean | null {
  const seen = candidates.flatMap(({ type, address }) => (type === 'relay' || !address ? [] : [address]));
  if ([...seen, ...(all ?? [])].some(isGlobalIpv6)) return true;
  return all === null ? null : false;
}

/** Addresses of the host; null where the browser hides one behind a name (draft-ietf-mmusic-mdns-ice-candidates). */
function openAddresses(candidates: readonly Candidate[]): string[] | null {
  const hosts = candidates.filter(({ type }) => type === 'host').map(({ address }) => address);
  const open = hosts.filter((address) => address !== null && !address.endsWith('.local'));
  return hosts.length > 0 && open.length === hosts.length ? open.filter((address) => address !== null) : null;
}

/** 2000::/3, which is all that is routed (RFC 4291 §2.4). */
function isGlobalIpv6(address: string): boolean {
  return /^[23][0-9a-f]{3}:/i.test(address);
}
