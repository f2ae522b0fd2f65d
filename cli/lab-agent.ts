/** `polynya lab agent`: the lab's own client, in a process of its own inside a namespace. */
import { toolName, toolVersion } from '../contract/release.ts';
import { runProbe } from '../probe/io/run-probe.ts';
import { type Classification, runAgent } from '../scenarios/io/agent/run-agent.ts';
import { parseStunUri } from '../stun/uri.ts';
import { openRelay } from './lab-relay-door.ts';

export function startLabAgent(): void {
  runAgent({ name: `${toolName} ${toolVersion} (node-datachannel)`, openRelay, classify });
}

async function classify(stun: string): Promise<Classification> {
  const parsed = parseStunUri(`stun:${stun}`);
  if (!parsed.ok) throw new Error(`${stun}: ${parsed.problem}`);
  const { body } = await runProbe({ targets: [{ uri: parsed.uri }] });
  const { mapping, filtering, udp } = body.nat;
  return { mapping, filtering, udp };
}
