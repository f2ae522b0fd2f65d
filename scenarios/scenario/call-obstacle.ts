import type { Cell, CompiledScenario } from './compile.ts';
import type { CompiledCall } from './compile-call.ts';
import { transportOf } from './simulate.ts';

/** Why the simulator does not run the call of a cell; null: it does. */
export function callObstacle(
  { steps }: CompiledCall,
  { from, to, path }: Cell,
  sites: CompiledScenario['sites'],
): string | null {
  if (path === 'sfu' || path === 'direct-tcp') {
    return 'over an SFU or ICE-TCP, of which the simulator knows only whether they connect.';
  }
  if ([from, to].some(({ site }) => sites[site]?.spec.ipv6 !== undefined)) {
    return 'of hosts with IPv6.';
  }
  const forgets = steps.some(
    ({ step, site }) => step.do === 'flush-conntrack' && [from, to].some((end) => end.site === site),
  );
  // Whether such a stream lives on depends on which side sends first: the router answers what it does not know by RST.
  if (transportOf[path] !== 'udp' && forgets) {
    return 'over TCP and TLS through a router that forgets; what becomes of the stream is left to chance.';
  }
  return null;
}
