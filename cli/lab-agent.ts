/** `polynya lab agent`: the lab's own client, in a process of its own inside a namespace. */
import type { LabAgentOrder, LabIceServer } from '../contract/lab-agent.ts';
import { portMappings, portMappingVariable } from '../contract/port-mapping.ts';
import { toolName, toolVersion } from '../contract/release.ts';
import { runProbe } from '../probe/io/run-probe.ts';
import type { IceDoor } from '../scenarios/io/agent/ice-door.ts';
import { type Classification, runAgent } from '../scenarios/io/agent/run-agent.ts';
import { parseStunUri } from '../stun/uri.ts';
import { FirstRelayDoor } from './lab-first-relay.ts';
import { portOpener } from './lab-open-port.ts';
import { RelayDoor } from './lab-relay-door.ts';
import { TcpDoor } from './lab-tcp-door.ts';

export function startLabAgent(): void {
  const over = portMappings.filter((kind) => process.env[portMappingVariable]?.split(',').includes(kind));
  const openPort = over.length === 0 ? null : portOpener(over);
  runAgent({ name: `${toolName} ${toolVersion} (node-datachannel)`, openDoor, classify, openPort });
}

function openDoor({
  path,
  transport,
  iceServers,
  caFile,
}: Extract<LabAgentOrder, { order: 'open' }>): IceDoor | null {
  if (path === 'relay') {
    const server = serverOf(iceServers, 'turn');
    return server.urls.length > 1 ? new FirstRelayDoor(server, caFile) : new RelayDoor(server, caFile);
  }
  if (transport === 'udp') return null;
  const [url = ''] = serverOf(iceServers, 'stun').urls;
  return new TcpDoor(endpointOf(url));
}

function serverOf(servers: readonly LabIceServer[], scheme: 'stun' | 'turn'): LabIceServer {
  const found = servers.find(({ urls }) => urls.some((url) => url.startsWith(scheme)));
  if (found === undefined) throw new Error(`this path needs a ${scheme.toUpperCase()} server`);
  return found;
}

function endpointOf(url: string): { address: string; port: number } {
  const parsed = parseStunUri(url);
  if (!parsed.ok) throw new Error(`${url}: ${parsed.problem}`);
  return { address: parsed.uri.host, port: parsed.uri.port };
}

async function classify(stun: readonly string[]): Promise<Classification> {
  const targets = stun.map((server) => {
    const parsed = parseStunUri(`stun:${server}`);
    if (!parsed.ok) throw new Error(`${server}: ${parsed.problem}`);
    return { uri: parsed.uri };
  });
  const { body } = await runProbe({ targets });
  const { mapping, filtering, udp } = body.nat;
  return { mapping, filtering, udp };
}
