/** The whole probe: resolve, NAT behaviour, every server over its transport, one report. */
import { hostname, platform, release } from 'node:os';
import type { NatReport } from '../../contract/envelope.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import { byPriority } from '../candidates.ts';
import { type BehaviourRequest, planBehaviours } from '../nat/behaviours.ts';
import type { DiscoveryEvent } from '../nat/discovery.ts';
import { type PathRequest, planPath } from '../path/path-plan.ts';
import { buildNatReport } from '../report/build-report.ts';
import type { ProbeTarget } from '../target.ts';
import { askWitness, randomFor } from './ask-witness.ts';
import { hostCandidates, sourceAddressFor } from './local-address.ts';
import { resolveHost } from './resolve.ts';
import { runBehaviours, runPathTests } from './run-behaviours.ts';
import { runNat } from './run-nat.ts';
import { runServer, type ServerRun } from './run-server.ts';
import type { WitnessSource } from './witness-source.ts';

export type { ProbeTarget } from '../target.ts';

export interface ProbeStepEvent {
  readonly step: 'resolve' | 'nat' | 'server' | 'witness' | 'done';
  readonly message: string;
  readonly atMs: number;
}

export interface ProbeOptions extends BehaviourRequest, PathRequest {
  readonly targets: readonly ProbeTarget[];
  /** Local address of all sockets; servers of the other family are then skipped. */
  readonly bindAddress?: string;
  /** Somebody at one of the servers who looks at what arrives. */
  readonly witness?: WitnessSource;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ProbeStepEvent) => void;
}

/** A target with an address to send to, or the reason why there is none. */
interface Destination {
  readonly target: ProbeTarget;
  readonly endpoint: Endpoint;
  readonly source: string;
}

/** Never rejects for reasons of the network: what failed is in the report. */
export async function runProbe(options: ProbeOptions): Promise<NatReport> {
  const originMs = performance.now();
  const sinceStartMs = () => performance.now() - originMs;
  const startedAt = new Date();
  const say = (step: ProbeStepEvent['step'], message: string) =>
    options.onStep?.({ step, message, atMs: sinceStartMs() });

  const { destinations, unusable } = await findDestinations(options);
  say('resolve', `${options.targets.length} servers, ${destinations.length} addresses`);

  const [first] = destinations;
  const natServers = first === undefined ? [] : natServersOf(destinations, first.source);
  const natOptions = {
    bindAddress: options.bindAddress ?? first?.source,
    random: randomFor(options.witness),
    originMs,
    signal: options.signal,
  };
  const onEvent = (event: DiscoveryEvent) => sayNat(event, say);
  const nat = natServers.length === 0 ? null : runNat({ servers: natServers, ...natOptions, onEvent });
  const serverRuns = destinations.map(async ({ target, endpoint, source }, index) => {
    const run = await runServer({
      id: `s${index + 1}`,
      target,
      address: endpoint.address,
      bindAddress: options.bindAddress ?? source,
      originMs,
      signal: options.signal,
    });
    const { status, failure: problem, setupMs } = run.result;
    const outcome =
      status === 'ok' ? `answered in ${Math.round(setupMs ?? 0)} ms` : (problem?.message ?? status);
    say('server', `${target.uri.text} ${outcome}`);
    return run;
  });
  const [natRun, runs, hosts] = await Promise.all([
    nat,
    Promise.all(serverRuns),
    hostCandidates(first?.source ?? null, options.bindAddress, sinceStartMs),
  ]);
  const watched = await askWitness(natRun?.evidence ?? [], options.witness, originMs);
  if (watched.failure !== null) say('witness', watched.failure.message);
  const natEvidence = watched.evidence;
  const plan = planBehaviours(options, natServers, natEvidence);
  const onWaiting = ({ idleSec, known, of }: { idleSec: number; known: number; of: number }) =>
    say('nat', `binding lifetime: idle for ${idleSec} s, ${known} of ${of} known`);
  const [behaviourEvidence, pathEvidence] = await Promise.all([
    plan === null ? [] : runBehaviours(plan, { ...natOptions, onWaiting }),
    runPathTests(planPath(options, natServers, natEvidence), natOptions),
  ]);
  const report = buildNatReport({
    at: startedAt,
    evidence: [...natEvidence, ...behaviourEvidence, ...pathEvidence, ...runs.flatMap((run) => run.evidence)],
    servers: [...runs.map((run) => withDiscovery(run, natEvidence)), ...unusable],
    candidates: [...hosts, ...runs.flatMap((run) => run.candidates)].sort(byPriority),
    family: first === undefined ? null : familyOf(first.endpoint.address),
    localAddress: options.bindAddress ?? first?.source ?? null,
    hostname: hostname(),
    platform: `${platform()} ${release()}, Node ${process.versions.node}`,
    durationMs: sinceStartMs(),
    natVerdictMs: natRun === null ? null : Math.max(0, natRun.endedMs - originMs),
    witnessFailure: watched.failure,
  });
  say('done', report.body.headline.sentence);
  return report;
}

function sayNat(event: DiscoveryEvent, say: (step: 'nat', message: string) => void): void {
  switch (event.kind) {
    case 'first-answer':
      say('nat', `${formatEndpoint(event.server)} answered over UDP after ${event.rttMs.toFixed(1)} ms`);
      return;
    case 'mapping-done':
      say('nat', 'mapping measured, waiting for the filter tests');
      return;
    case 'finished':
      say('nat', 'NAT behaviour measured');
      return;
  }
}

/** The same address and port may stand in several URIs; the discovery asks each once, on one source address. */
function natServersOf(destinations: readonly Destination[], source: string): Endpoint[] {
  const overUdp = destinations.filter((d) => d.target.uri.transport === 'udp' && d.source === source);
  const plain = destinations.filter((d) => d.target.uri.scheme === 'turn' && d.source === source);
  // With TCP URIs only, their host may serve UDP as well; TLS ports do not.
  const chosen = overUdp.length > 0 ? overUdp : plain;
  // STUN servers before TURN servers: they are made for this.
  const sorted = [...chosen].sort((a, b) => rank(a) - rank(b));
  return [...new Map(sorted.map((d) => [formatEndpoint(d.endpoint), d.endpoint])).values()];
}

function rank(destination: Destination): number {
  return destination.target.uri.scheme.startsWith('stun') ? 0 : 1;
}

async function findDestinations(
  options: ProbeOptions,
): Promise<{ destinations: Destination[]; unusable: ServerResult[] }> {
  const destinations: Destination[] = [];
  const unusable: ServerResult[] = [];
  const resolved = await Promise.all(
    options.targets.map(async (target) => ({
      target,
      found: await resolveHost(target.uri.host, options.signal),
    })),
  );
  for (const { target, found } of resolved) {
    if (!found.ok) {
      unusable.push(unreached(target, 'failed', null, found.failure));
      continue;
    }
    const usable: Destination[] = [];
    for (const address of firstOfEachFamily(found.addresses)) {
      const endpoint = { address, port: target.uri.port };
      const wrongFamily =
        options.bindAddress !== undefined && familyOf(options.bindAddress) !== familyOf(address);
      const source = wrongFamily ? null : await sourceAddressFor(endpoint);
      if (source !== null) usable.push({ target, endpoint, source });
    }
    destinations.push(...usable);
    // A family that this host does not have is no news where the other one works.
    if (usable.length === 0) {
      const detail = found.addresses.map((address) => familyOf(address)).join(', ');
      unusable.push(
        unreached(target, 'failed', found.addresses[0] ?? null, failure('local-no-route', detail)),
      );
    }
  }
  // IPv4 first: its NATs are what the verdict is about.
  destinations.sort((a, b) => familyOf(a.endpoint.address).localeCompare(familyOf(b.endpoint.address)));
  return { destinations, unusable };
}

function firstOfEachFamily(addresses: readonly string[]): string[] {
  return [...new Map([...addresses].reverse().map((address) => [familyOf(address), address])).values()];
}

function unreached(
  { uri }: ProbeTarget,
  status: 'failed' | 'skipped',
  address: string | null,
  problem: ServerResult['failure'],
): ServerResult {
  return {
    url: uri.text,
    transport: uri.transport,
    address,
    status,
    rttMs: null,
    setupMs: null,
    software: null,
    rfc5780: null,
    ...(problem !== undefined && { failure: problem }),
    evidence: [],
  };
}

/** What the discovery learned of the same endpoint: RFC 5780 or not, and a better measure of its round trip. */
function withDiscovery(run: ServerRun, natEvidence: readonly Evidence[]): ServerResult {
  const { result } = run;
  const ports = new Set(run.evidence.map((e) => e.to.port));
  const mine = natEvidence.filter(
    (e) => e.outcome === 'answered' && e.to.address === result.address && ports.has(e.to.port),
  );
  if (result.transport !== 'udp' || mine.length === 0) return result;
  const rtts = mine.flatMap((e) => (e.rttMs === null ? [] : [e.rttMs]));
  const rttMs = result.rttMs === null ? null : Math.min(result.rttMs, ...rtts);
  return { ...result, rttMs, rfc5780: mine.some((e) => e.otherAddress !== null) };
}
