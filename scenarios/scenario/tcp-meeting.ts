/**
 * May two ends meet over ICE-TCP (RFC 6544)? Either a connection reaches an end that waits for it, or both connect at the
 * same time from ports that their NATs keep for all destinations (RFC 5382 §4.2: simultaneous open).
 */
import type { ScenarioAgent } from '../../contract/scenario-agent.ts';
import type { SiteSpec } from '../plan/topology.ts';

export interface TcpEnd {
  /** Index of the site. */
  readonly site: number;
  readonly spec: SiteSpec;
  readonly agent: ScenarioAgent;
}

type Skill = 'waits' | 'connects' | 'none';

/** Browsers have active candidates only; aioice has none. Of a client that is not ours the best is expected. */
function skillOf({ agent }: TcpEnd): Skill {
  if ('command' in agent || agent.kind === 'polynya') return 'waits';
  return agent.kind === 'aiortc' ? 'none' : 'connects';
}

export function canMeetOverTcp(a: TcpEnd, b: TcpEnd): boolean {
  const skills = [skillOf(a), skillOf(b)];
  if (skills.includes('none') || !skills.includes('waits')) return false;
  if (meetOverIpv6(a, b)) return true;
  if ([a, b].some(({ spec }) => spec.ipv4 === false)) return false;
  if (a.site === b.site) return a.spec.boxes.length === 0 || a.spec.isolated !== true;
  if (![a, b].every(({ spec }) => mayConnect(spec))) return false;
  if ([a, b].some((end) => skillOf(end) === 'waits' && end.spec.boxes.length === 0)) return true;
  return skills.every((skill) => skill === 'waits') && [a, b].every(({ spec }) => keepsPort(spec));
}

/** Nothing is translated: a firewall is opened from inside, and by both ends at once if there are two. */
function meetOverIpv6(a: TcpEnd, b: TcpEnd): boolean {
  const both = [a, b];
  const isReached = ({ spec: { ipv6, boxes } }: TcpEnd) =>
    ipv6 === 'open' && boxes.every(({ firewall }) => firewall === null);
  if (!both.every(({ spec }) => (spec.ipv6 ?? 'local') !== 'local' && mayConnect(spec))) return false;
  return (
    both.every((end) => skillOf(end) === 'waits') ||
    both.some((end) => skillOf(end) === 'waits' && isReached(end))
  );
}

/** To any port. */
function mayConnect({ boxes }: SiteSpec): boolean {
  return boxes.every(({ firewall }) => firewall?.kind !== 'tcp-443-only');
}

function keepsPort({ boxes }: SiteSpec): boolean {
  return boxes.every(({ nat }) => nat === null || nat.mapping === 'endpoint-independent');
}
