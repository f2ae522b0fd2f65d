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

/** Hops that keep silent although the way goes on behind them: they may just have answered somebody else (RFC 1812 §4.3.2.8). */
export function hasGaps(hops: readonly Hop[]): boolean {
  const last = hops.findLastIndex(({ address }) => address !== null);
  return hops.slice(0, Math.max(0, last)).some(({ address }) => address === null);
}

/** Silent hops as another trace of the same way has them. */
export function filledGaps(hops: readonly Hop[], again: readonly Hop[]): Hop[] {
  return hops.map((hop) => (hop.address === null ? (again.find(({ ttl }) => ttl === hop.ttl) ?? hop) : hop));
}
