/** The whole probe: resolve, NAT behaviour, every server over its transport, one report. */
import { hostname, platform, release } from 'node:os';
import type { NatReport } from '../../contract/envelope.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import { byPriority } from '../candidates.ts';
import { type BehaviourRequest, planBehaviours } from '../nat/behaviours.ts';
import type { PathRequest } from '../path/path-plan.ts';
import { buildNatReport } from '../report/build-report.ts';
import type { ProbeRunEvent } from '../run/probe-run.ts';
import type { ServerRun } from '../run/server-run.ts';
import type { ProbeTarget } from '../target.ts';
import { askWitness, randomFor } from './ask-witness.ts';
import { type Destination, type Found, findDestinations } from './find-destinations.ts';
import { hostCandidates } from './local-address.ts';
import type { Resolve6 } from './network-facts.ts';
import { resolveHost } from './resolve.ts';
import { runBehaviours } from './run-behaviours.ts';
import { runGateway } from './run-gateway.ts';
import { type PathWorld, runPathTests } from './run-path-tests.ts';
import { runServers } from './run-servers.ts';
import type { WitnessSource } from './witness-source.ts';

export type { ProbeTarget } from '../target.ts';

export interface ProbeStepEvent {
  /** `headline`: what can be said so far. */
  readonly step: 'resolve' | 'nat' | 'server' | 'headline' | 'witness' | 'done';
  readonly message: string;
  readonly atMs: number;
}

export interface ProbeOptions extends BehaviourRequest, PathRequest {
  readonly targets: readonly ProbeTarget[];
  /** Local address of all sockets; servers of the other family are then skipped. */
  readonly bindAddress?: string;
  /** In place of what the operating system knows: a service gives only addresses that it may talk to. */
  readonly resolve?: typeof resolveHost;
  /** In place of the system's name servers, for the test of NAT64. */
  readonly resolve6?: Resolve6;
  /** Somebody at one of the servers who looks at what arrives. */
  readonly witness?: WitnessSource;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: ProbeStepEvent) => void;
}

/** Never rejects for reasons of the network: what failed is in the report. */
export async function runProbe(options: ProbeOptions): Promise<NatReport> {
  const originMs = performance.now();
  const sinceStartMs = () => performance.now() - originMs;
  const startedAt = new Date();
  const say = (step: ProbeStepEvent['step'], message: string) =>
    options.onStep?.({ step, message, atMs: sinceStartMs() });

  const { resolve = resolveHost } = options;
  const { early, late } = await findDestinations(options, resolve);
  say('resolve', `${options.targets.length} servers, ${early.destinations.length} addresses`);

  const [first] = early.destinations;
  const source = options.bindAddress ?? first?.source;
  const natServers = source === undefined ? [] : natServersOf(early.destinations, source);
  const { signal } = options;
  const natOptions = {
    bindAddress: source,
    random: randomFor(options.witness),
    originMs,
    signal,
  };
  const onEvent = (event: ProbeRunEvent) => sayRun(event, say);
  const shared = { natSource: source, natRandom: natOptions.random, originMs, signal, onEvent };
  const tryLate = async (found: Found) => ({
    ...found,
    ...(await runServers({
      ...shared,
      destinations: found.destinations,
      firstNumber: early.destinations.length + 1,
      natServers: [],
    })),
  });
  const [core, latecomers, hosts] = await Promise.all([
    runServers({ ...shared, destinations: early.destinations, firstNumber: 1, natServers }),
    late.then(tryLate),
    hostCandidates(first?.source ?? null, options.bindAddress, sinceStartMs),
  ]);
  const { natVerdictMs } = core;
  const runs = [...core.runs, ...latecomers.runs];
  const watched = await askWitness(core.natEvidence, options.witness, originMs);
  if (watched.failure !== null) say('witness', watched.failure.message);
  const natEvidence = watched.evidence;
  const plan = planBehaviours(options, natServers, natEvidence);
  const onWaiting = ({ idleSec, known, of }: { idleSec: number; known: number; of: number }) =>
    say('nat', `binding lifetime: idle for ${idleSec} s, ${known} of ${of} known`);
  const path = {
    ...natOptions,
    targets: options.targets,
    servers: natServers,
    discovered: natEvidence,
    ipv6: ipv6Servers(early.destinations),
    resolve,
    resolve6: options.resolve6,
  };
  const [pathRun, ...further] = await Promise.all([
    runPathTests(options, path),
    plan === null ? [] : runBehaviours(plan, { ...natOptions, onWaiting }),
    options.gateway === true && source !== undefined ? runGateway(source, natEvidence, natOptions) : [],
  ]);
  const report = buildNatReport({
    at: startedAt,
    evidence: [
      ...natEvidence,
      ...further.flat(),
      ...pathRun.evidence,
      ...runs.flatMap((run) => run.evidence),
    ],
    servers: [
      ...runs.map((run) => withDiscovery(run, natEvidence)),
      ...early.unusable,
      ...latecomers.unusable,
    ],
    candidates: [...hosts, ...runs.flatMap((run) => run.candidates)].sort(byPriority),
    family: first === undefined ? null : familyOf(first.endpoint.address),
    localAddress: source ?? null,
    hostname: hostname(),
    platform: `${platform()} ${release()}, Node ${process.versions.node}`,
    durationMs: sinceStartMs(),
    natVerdictMs,
    provisional: latecomers.runs.length === 0 ? core.provisional : null,
    ...(pathRun.network !== undefined && { network: pathRun.network }),
    notRun: pathRun.notRun,
    witnessFailure: watched.failure,
  });
  say('done', report.body.headline.sentence);
  return report;
}

type Say = (step: ProbeStepEvent['step'], message: string) => void;

function sayRun(event: ProbeRunEvent, say: Say): void {
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
    case 'server': {
      const { url, status, failure, setupMs } = event.run.result;
      const outcome =
        status === 'ok' ? `answered in ${Math.round(setupMs ?? 0)} ms` : (failure?.message ?? status);
      say('server', `${url} ${outcome}`);
      return;
    }
    case 'headline':
      say('headline', event.headline.sentence);
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

function ipv6Servers(destinations: readonly Destination[]): PathWorld['ipv6'] {
  const first = destinations.find(({ endpoint }) => familyOf(endpoint.address) === 'ipv6');
  if (first === undefined) return null;
  return { servers: natServersOf(destinations, first.source), source: first.source };
}

function rank(destination: Destination): number {
  return destination.target.uri.scheme.startsWith('stun') ? 0 : 1;
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
