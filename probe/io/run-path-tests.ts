/** Runs the tests of the path that were asked for, side by side on real sockets. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import type { Verdict } from '../../contract/nat-report.ts';
import type { NetworkFacts } from '../../contract/network-facts.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { asIpv6Evidence, noIpv6 } from '../path/ipv6.ts';
import { mtuControl } from '../path/mtu-plan.ts';
import { MtuTest } from '../path/mtu-test.ts';
import { embed, prefixesIn } from '../path/nat64-prefix.ts';
import { type PathRequest, planPath } from '../path/path-plan.ts';
import { TcpTest } from '../path/tcp-test.ts';
import { transactionEvidence } from '../report/transaction-evidence.ts';
import { patience } from '../run/patience.ts';
import type { ProbeTarget } from '../target.ts';
import { interfaceFacts, nat64Facts, type Resolve6 } from './network-facts.ts';
import type { resolveHost } from './resolve.ts';
import { routeMtu } from './route-mtu.ts';
import { runNetwork } from './run-network.ts';
import { runServers } from './run-servers.ts';
import { runTest, type TestRunOptions } from './run-test.ts';

/** What the discovery left behind. */
export interface PathWorld extends TestRunOptions {
  readonly targets: readonly ProbeTarget[];
  /** The servers of the discovery, and what it found. */
  readonly servers: readonly Endpoint[];
  readonly discovered: readonly Evidence[];
  /** Servers over IPv6 where the discovery was over IPv4, and the address to ask them from. */
  readonly ipv6: { readonly servers: readonly Endpoint[]; readonly source: string } | null;
  readonly resolve: typeof resolveHost;
  /** In place of the system's name servers. */
  readonly resolve6?: Resolve6 | undefined;
}

export interface PathRun {
  readonly evidence: readonly Evidence[];
  readonly network?: NetworkFacts;
  readonly notRun: readonly Verdict[];
}

export async function runPathTests(request: PathRequest, world: PathWorld): Promise<PathRun> {
  const { tcp, mtu } = planPath(request, world.servers, world.discovered);
  const overIpv6 = request.ipv6 === true && world.servers.every((to) => familyOf(to.address) === 'ipv4');
  const { portalUrl } = request;
  const [nat64, network, ...runs] = await Promise.all([
    request.ipv6 === true ? runNat64(world) : null,
    request.network === true ? runNetwork({ ...world, portalUrl, environment: process.env }) : null,
    tcp === null ? [] : runTest(new TcpTest(tcp, randomBytes), world),
    mtu === null ? [] : runMtu(mtu, world),
    overIpv6 && world.ipv6 !== null ? runIpv6(world.ipv6, world) : [],
  ]);
  return {
    evidence: [...runs.flat(), ...(nat64?.evidence ?? []), ...(network?.evidence ?? [])],
    ...((nat64 !== null || network !== null) && {
      network: { interfaces: interfaceFacts(), ...nat64?.facts, ...network?.facts },
    }),
    notRun: overIpv6 && world.ipv6 === null ? [noIpv6] : [],
  };
}

/** What the kernel knew beforehand decides how large packets left; what it knows afterwards came from the path. */
async function runMtu(server: Endpoint, options: TestRunOptions): Promise<Evidence[]> {
  const before = await routeMtu(server.address);
  const evidence = await runTest(new MtuTest(server, randomBytes), options);
  const after = await routeMtu(server.address);
  return evidence.map((e) => (e.purpose === mtuControl ? { ...e, routeMtu: { before, after } } : e));
}

async function runIpv6(
  { servers, source }: NonNullable<PathWorld['ipv6']>,
  options: TestRunOptions,
): Promise<Evidence[]> {
  const { natEvidence } = await runServers({
    ...options,
    destinations: [],
    firstNumber: 1,
    natServers: servers,
    natSource: source,
    natRandom: randomBytes,
    onEvent: () => {},
  });
  return asIpv6Evidence(natEvidence);
}

async function runNat64(
  world: PathWorld,
): Promise<{ evidence: Evidence[]; facts: Pick<NetworkFacts, 'nat64'> }> {
  const nat64 = await nat64Facts(world.resolve6);
  const facts = { nat64 };
  const [prefix] = prefixesIn(nat64.addresses);
  const server = prefix === undefined ? null : await firstIpv4Server(world);
  if (prefix === undefined || server === null) return { evidence: [], facts };
  const to = { address: embed(prefix, server.address), port: server.port };
  return { evidence: await askThrough(to, world), facts };
}

async function firstIpv4Server({ targets, resolve, signal }: PathWorld): Promise<Endpoint | null> {
  for (const { uri } of targets) {
    if (uri.transport !== 'udp') continue;
    const found = await resolve(uri.host, signal);
    const address = found.ok
      ? found.addresses.find((candidate) => familyOf(candidate) === 'ipv4')
      : undefined;
    if (address !== undefined) return { address, port: uri.port };
  }
  return null;
}

/** One Binding to the server's address behind the translator. */
async function askThrough(server: Endpoint, { originMs, signal }: PathWorld): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  const { rtoMs, requestMs: giveUpMs } = patience;
  const machine = new BindingClient({ server, transport: 'udp', random: randomBytes, rtoMs, giveUpMs });
  const onEvent = (event: BindingEvent) => {
    if (event.kind !== 'transaction') return;
    evidence.push(transactionEvidence(event.record, 'nat64', `nat64/${event.record.purpose}`, originMs));
  };
  try {
    await drive<BindingEvent>(machine, { signal, onEvent });
  } catch {
    // Aborted, or a fault of the driver: the verdict then rests on the resolver alone.
  }
  return evidence;
}
