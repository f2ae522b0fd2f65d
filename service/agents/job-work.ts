/** From a job to what its agent is told to do: with servers and logins as they are now. */
import type { JobTarget, JobWork } from '../../contract/fleet/agent-signal.ts';
import type { MonitorInput } from '../../contract/fleet/monitor.ts';
import { credentialsOf, type ProbeTarget } from '../../probe/target.ts';
import { fault } from '../fault.ts';
import { longestProbeMs, wantedTests } from '../probes/wanted-tests.ts';
import { probeTargets, turnTargets } from '../servers/probe-targets.ts';
import type { KnownServer } from '../servers/server-list.ts';
import type { StoredJob } from '../store/fleet/job-queries.ts';
import type { Assignment } from './assignment.ts';
import { urlFor } from './judge/judge-result.ts';

/** One TURN URL; the harmless checks take far less, even over a slow path. */
const turnCheckMs = 120_000;
const pairMs = 45_000;
const labMs = 15 * 60_000;

export interface WorkParts {
  readonly servers: readonly KnownServer[];
  /** That wants the job; null: an operator does. */
  readonly monitor: MonitorInput | null;
  readonly nowSec: number;
}

/** Throws `not-found` where a server is gone, `no-servers` where nothing is left to try. */
export function workOf({ request }: StoredJob, { servers, monitor, nowSec }: WorkParts): Assignment {
  switch (request.kind) {
    case 'probe': {
      const { tests = [], lifetimeSec } = request;
      const targets = wantedOf(probeTargets(chosen(servers, request.servers)), monitor);
      const work: JobWork = {
        kind: 'probe',
        targets: needed(targets).map((target) => told(target, nowSec)),
        tests: [...tests],
        lifetimeSec: lifetimeSec ?? null,
        certificates: monitor !== null,
      };
      return { work, timeoutMs: longestProbeMs(wantedTests(request)) };
    }
    case 'turn-check': {
      const targets = needed(wantedOf(chosen(servers, [request.server]).flatMap(turnTargets), monitor));
      const work: JobWork = { kind: 'turn-check', targets: targets.map((target) => told(target, nowSec)) };
      return { work, timeoutMs: turnCheckMs * targets.length };
    }
    case 'pair': {
      const targets = probeTargets(chosen(servers, request.servers)).map((target) => told(target, nowSec));
      const work: JobWork = {
        ...{ kind: 'pair', offers: true, path: request.path, targets },
        // Found when the other end is.
        ...{ other: '', otherRegion: 'default' },
      };
      return { work, timeoutMs: pairMs };
    }
    case 'lab':
      return { work: { kind: 'lab', scenario: request.scenario }, timeoutMs: labMs };
  }
}

/** Absent: all enabled ones. */
function chosen(servers: readonly KnownServer[], ids: readonly string[] | undefined): KnownServer[] {
  if (ids === undefined) return servers.filter(({ enabled }) => enabled);
  return ids.map((id) => {
    const server = servers.find((each) => each.id === id);
    if (server === undefined) throw fault('not-found', `server ${id}`);
    return server;
  });
}

/** A monitor measures one URL for each of its transports. */
function wantedOf(targets: readonly ProbeTarget[], monitor: MonitorInput | null): readonly ProbeTarget[] {
  if (monitor === null) return targets;
  const urls = monitor.transports.map((transport) => urlFor(targets, transport));
  return targets.filter(({ uri }, index) => {
    const isFirst = targets.findIndex((each) => each.uri.text === uri.text) === index;
    return isFirst && urls.includes(uri.text);
  });
}

function needed<T>(targets: readonly T[]): readonly T[] {
  if (targets.length === 0) throw fault('no-servers');
  return targets;
}

/** With a login that is good for minutes where the server has a shared secret, which itself stays here. */
function told(target: ProbeTarget, nowSec: number): JobTarget {
  const login = credentialsOf(target, nowSec);
  return {
    uri: target.uri.text,
    ...(login !== null && { username: login.username, credential: login.password }),
  };
}
