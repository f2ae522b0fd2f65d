/** What `traceroute` is asked, and what it prints. It may use ICMP, which programs in Node.js cannot. */
import ipaddr from 'ipaddr.js';
import type { Hop } from '../../contract/evidence.ts';

/** A carrier's NAT is rarely further away than this. */
export const traceHops = 8;
/** First destination port of traceroute over UDP. */
export const tracePort = 33_434;

/** Routers limit their answers, and packets get lost: one more try each. */
const triesPerHop = 2;

/**
 * A second of patience for each hop. Linux' traceroute sends all of them at once (-N); others send one after
 * the other.
 */
export function traceArguments(platform: string, source: string, target: string): string[] {
  const common = ['-n', '-q', String(triesPerHop), '-w', '1', '-m', String(traceHops), '-s', source];
  return [...common, ...(platform === 'linux' ? ['-N', String(triesPerHop * traceHops)] : []), target];
}

/** Lines that are no hops are passed over; where tries differ, the first that was answered counts. */
export function parseTrace(text: string): Hop[] {
  return text
    .split('\n')
    .slice(0, 2 * traceHops)
    .flatMap((line): Hop[] => {
      const [, ttl, address, rtt] = /^ *(\d{1,2})(?: +\*)* +(\S+)(?: +(\d+(?:\.\d+)?) ms)?/.exec(line) ?? [];
      if (ttl === undefined || address === undefined || Number(ttl) < 1) return [];
      if (address !== '*' && !ipaddr.isValid(address)) return [];
      const rttMs = rtt === undefined ? null : Number(rtt);
      return [{ ttl: Number(ttl), address: address === '*' ? null : address, rttMs }];
    });
}

/** Both ways: to this host's own public address, and to the server that told it. */
export interface Ways {
  readonly toPublic: { readonly hops: readonly Hop[]; readonly target: string };
  readonly toServer: { readonly hops: readonly Hop[] };
}

/** How far a trace to the public address comes. */
export interface Reach {
  /** Where the address itself answered; null: nowhere. */
  readonly reachedTtl: number | null;
  /** So many routers pass packets to the address on. */
  readonly beyond: number;
}

export function reachOf({ hops, target }: Ways['toPublic']): Reach {
  const answers = hops.filter(({ address }) => address !== null);
  const reached = answers.find(({ address }) => address === target);
  if (reached !== undefined) return { reachedTtl: reached.ttl, beyond: reached.ttl - 1 };
  return { reachedTtl: null, beyond: Math.max(0, ...answers.map(({ ttl }) => ttl)) };
}

/**
 * The public address is where the way to the server answers and that to the address itself is silent. A router that
 * has answered somebody else just now is silent as well (RFC 1812 §4.3.2.8), and so is a lost packet: whatever the
 * verdict would rest on is asked once more.
 */
export function asksAgain({ toPublic, toServer }: Ways): { toPublic: boolean; toServer: boolean } {
  const { reachedTtl, beyond } = reachOf(toPublic);
  const isReached = reachedTtl !== null;
  const speaksUp = toServer.hops.some(({ ttl, address }) => ttl === beyond + 1 && address !== null);
  return { toPublic: !isReached, toServer: hasGaps(toServer.hops) || !(isReached || speaksUp) };
}

/** Hops that keep silent although the way goes on behind them. */
function hasGaps(hops: readonly Hop[]): boolean {
  const last = hops.findLastIndex(({ address }) => address !== null);
  return hops.slice(0, Math.max(0, last)).some(({ address }) => address === null);
}

/** Silent hops as another trace of the same way has them. */
export function filledGaps(hops: readonly Hop[], again: readonly Hop[]): Hop[] {
  return hops.map((hop) => (hop.address === null ? (again.find(({ ttl }) => ttl === hop.ttl) ?? hop) : hop));
}
