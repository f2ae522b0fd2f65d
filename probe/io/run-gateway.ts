/** `--gateway`: what the nearest router says of itself, and how far away the public address is. */
import { platform } from 'node:os';
import type { Evidence, Hop } from '../../contract/evidence.ts';
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { Machine } from '../../stun/machine.ts';
import { httpPatienceMs } from '../gateway/http-exchange.ts';
import { IgdQuery } from '../gateway/igd-query.ts';
import { PortControlQuery } from '../gateway/port-control-query.ts';
import { filledGaps, hasGaps, parseTrace, traceArguments, tracePort } from '../gateway/trace.ts';
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

/** Announcements over all three protocols, side by side. Takes at most five seconds; a silent router, 1.5. */
export async function askGateway(
  source: string,
  { originMs, signal }: GatewayRunOptions,
): Promise<Evidence[]> {
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

/** Two traces side by side: to this host's own public address, and to the server that told it. */
export async function traceRoutes(
  discovered: readonly Evidence[],
  options: GatewayRunOptions,
): Promise<Evidence[]> {
  const seen = discovered.find((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const mapped = seen === undefined ? null : reflexiveOf(seen);
  const source = seen?.local?.address;
  if (seen === undefined || mapped === null || source === undefined) return [];
  if (familyOf(source) !== 'ipv4' || mapped.address === source || !mayName(seen.to, mapped)) return [];
  return Promise.all([
    trace('gt1', 'gateway/trace-public', source, mapped.address, options),
    trace('gt2', 'gateway/trace-server', source, seen.to.address, options),
  ]);
}

/**
 * A trace takes about a second where all packets go out at once; elsewhere what is there by then is taken. Routers
 * answer once a second as Linux has it, so one with gaps is made once more.
 */
const traceTimeoutMs = 4_000;

async function trace(
  id: string,
  purpose: string,
  source: string,
  target: string,
  { originMs, signal }: GatewayRunOptions,
): Promise<Evidence> {
  const startedMs = performance.now() - originMs;
  const ask = async () => {
    const limits = { timeoutMs: traceTimeoutMs, signal };
    const { stdout, problem } = await runProgram(
      'traceroute',
      traceArguments(platform(), source, target),
      limits,
    );
    return { hops: parseTrace(stdout), problem };
  };
  const first = await ask();
  const { problem } = first;
  const isWhole = problem !== null || !hasGaps(first.hops);
  const hops = isWhole ? first.hops : filledGaps(first.hops, (await ask()).hops);
  return {
    ...blank(id, purpose, source, { address: target, port: tracePort }),
    sentMs: hops.map(() => startedMs),
    outcome: outcomeOf(hops, problem),
    notes: problem === null ? [] : [problem],
    hops,
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
