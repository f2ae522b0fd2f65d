/** `--gateway`: what the nearest router says of itself, and how far away the public address is. */
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence, Hop } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { Machine } from '../../stun/machine.ts';
import { httpPatienceMs } from '../gateway/http-exchange.ts';
import { IgdQuery } from '../gateway/igd-query.ts';
import { PortControlQuery } from '../gateway/port-control-query.ts';
import { asksAgain, filledGaps, parseTrace, traceArguments, tracePort } from '../gateway/trace.ts';
import { isPlain, reflexiveOf } from '../nat/facts.ts';
import { shiftEvidence } from '../report/shift-evidence.ts';
import { nearestRouter } from './default-gateway.ts';
import { runProgram } from './run-program.ts';

export interface GatewayRunOptions {
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
}

interface RouterQuery extends Machine {
  readonly startedAtMs: number;
  evidence(): Evidence[];
}

/** Where the public address is, and then what the nearest router says of itself. Takes two to five seconds. */
export async function runGateway(
  source: string,
  discovered: readonly Evidence[],
  options: GatewayRunOptions,
): Promise<Evidence[]> {
  const traces = await traceRoutes(discovered, options);
  return [...(await askGateway(source, options)), ...traces];
}

/** Announcements over all three protocols, side by side. Takes at most five seconds; a silent router, 1.5. */
async function askGateway(source: string, { originMs, signal }: GatewayRunOptions): Promise<Evidence[]> {
  const router = await nearestRouter(source, signal);
  if (!router.ok) return [notAsked(source, router.reason)];
  const queries: RouterQuery[] = [
    new PortControlQuery('pcp', router.address),
    new PortControlQuery('nat-pmp', router.address),
    new IgdQuery(router.address),
  ];
  const asked = queries.map(async (query) => {
    try {
      await drive(query, { bindAddress: source, signal, connectTimeoutMs: httpPatienceMs });
    } catch {
      // Aborted, or a fault of the driver: what was gathered so far is still evidence.
    }
    return shiftEvidence(query.evidence(), query.startedAtMs - originMs);
  });
  return (await Promise.all(asked)).flat();
}

/** Why nobody was asked is evidence as well: the verdicts quote it. */
function notAsked(source: string, reason: string): Evidence {
  const nowhere: Endpoint = { address: familyOf(source) === 'ipv4' ? '0.0.0.0' : '::', port: 0 };
  return { ...blank('g1', 'gateway/route', source, nowhere), outcome: 'failed', notes: [reason] };
}

/**
 * Two traces side by side: to this host's own public address, and to the server that told it. Nothing else may be asked
 * of the routers meanwhile: whatever a Linux router refuses comes out of the same six answers, and one more a second.
 */
async function traceRoutes(
  discovered: readonly Evidence[],
  { originMs, signal }: GatewayRunOptions,
): Promise<Evidence[]> {
  const seen = discovered.find((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const mapped = seen === undefined ? null : reflexiveOf(seen);
  const source = seen?.local?.address;
  if (seen === undefined || mapped === null || source === undefined) return [];
  if (familyOf(source) !== 'ipv4' || mapped.address === source || !mayName(seen.to, mapped)) return [];
  const follow = (target: string) => trace(source, target, signal);
  const startedMs = performance.now() - originMs;
  let [toPublic, toServer] = await Promise.all([follow(mapped.address), follow(seen.to.address)]);
  const again = asksAgain({ toPublic, toServer });
  if (again.toServer) toServer = await followAgain(toServer, toPublic, follow, signal);
  if (again.toPublic) toPublic = await followAgain(toPublic, toServer, follow, signal);
  return [
    traceEvidence('gt1', 'gateway/trace-public', source, toPublic, startedMs),
    traceEvidence('gt2', 'gateway/trace-server', source, toServer, startedMs),
  ];
}

interface Trace {
  readonly target: string;
  readonly hops: readonly Hop[];
  /** Why there is no trace; null: there is one. */
  readonly problem: string | null;
  /** By the clock of this process. */
  readonly endedAtMs: number;
  /** What was silent has been asked once more. */
  readonly isRepeated: boolean;
}

/** A trace takes about a second where all packets go out at once; elsewhere what is there by then is taken. */
const traceTimeoutMs = 4_000;
/** Routers answer one host once a second as Linux has it. */
const restMs = 1_000;

async function trace(source: string, target: string, signal: AbortSignal | undefined): Promise<Trace> {
  const { stdout, problem } = await runProgram('traceroute', traceArguments(platform(), source, target), {
    timeoutMs: traceTimeoutMs,
    signal,
  });
  return { target, hops: parseTrace(stdout), problem, endedAtMs: performance.now(), isRepeated: false };
}

/** Once the routers have rested from the other trace. */
async function followAgain(
  one: Trace,
  other: Trace,
  follow: (target: string) => Promise<Trace>,
  signal: AbortSignal | undefined,
): Promise<Trace> {
  if (one.problem !== null) return one;
  const leftMs = Math.max(0, other.endedAtMs + restMs - performance.now());
  try {
    await sleep(leftMs, undefined, signal === undefined ? {} : { signal });
  } catch {
    return one; // Aborted: what there is already is still evidence.
  }
  const again = await follow(one.target);
  return {
    ...again,
    hops: filledGaps(one.hops, again.hops),
    problem: null,
    isRepeated: again.problem === null,
  };
}

function traceEvidence(
  id: string,
  purpose: string,
  source: string,
  { target, hops, problem, isRepeated }: Trace,
  startedMs: number,
): Evidence {
  return {
    ...blank(id, purpose, source, { address: target, port: tracePort }),
    sentMs: hops.map(() => startedMs),
    outcome: outcomeOf(hops, problem),
    notes: [
      ...(problem === null ? [] : [problem]),
      ...(isRepeated ? ['silent hops were asked once more, after a rest'] : []),
    ],
    hops: [...hops],
  };
}

function outcomeOf(hops: readonly Hop[], problem: string | null): Evidence['outcome'] {
  if (hops.some(({ address }) => address !== null)) return 'answered';
  return problem === null ? 'silent' : 'failed';
}

function blank(id: string, purpose: string, source: string, to: Endpoint): Evidence {
  return {
    id,
    purpose,
    transport: 'udp',
    local: { address: source, port: 0 },
    to,
    sentMs: [],
    outcome: 'pending',
    from: null,
    receivedMs: null,
    rttMs: null,
    xorMapped: null,
    mapped: null,
    responseOrigin: null,
    otherAddress: null,
    relayed: null,
    errorCode: null,
    notes: [],
  };
}
