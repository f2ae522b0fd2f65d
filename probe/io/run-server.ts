/** One server over one transport and address: a Binding for STUN, an allocation (given back at once) for TURN. */
import { randomBytes } from 'node:crypto';
import type { Candidate } from '../../contract/candidate.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { type Failure, failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { Machine } from '../../stun/machine.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { isRedundant, makeCandidate } from '../candidates.ts';
import { transactionEvidence } from '../report/transaction-evidence.ts';
import { credentialsOf, isTurn, type ProbeTarget } from '../target.ts';

export interface ServerRun {
  readonly result: ServerResult;
  readonly candidates: Candidate[];
  readonly evidence: Evidence[];
}

export interface ServerRunOptions {
  /** `s1`, `s2` …: evidence ids begin with it. */
  readonly id: string;
  readonly target: ProbeTarget;
  readonly address: string;
  readonly bindAddress: string | undefined;
  /** Machine time of the whole probe’s start. */
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * First retransmission after 250 ms like libwebrtc, a verdict after 2.5 s: long enough for a satellite path,
 * short enough that a dead server does not hold up the report.
 */
export const serverPatience = { rtoMs: 250, giveUpMs: 2_500, connectTimeoutMs: 3_000 };

interface Gathered {
  mapped: Endpoint | null;
  relayed: Endpoint | null;
  software: string | null;
  failure: Failure | null;
  records: TransactionRecord[];
  candidateMs: number | null;
}

export async function runServer(options: ServerRunOptions): Promise<ServerRun> {
  const { uri } = options.target;
  const startedMs = performance.now();
  const gathered: Gathered = {
    mapped: null,
    relayed: null,
    software: null,
    failure: null,
    records: [],
    candidateMs: null,
  };
  const onEvent = (event: AllocationEvent | BindingEvent, nowMs: number) => {
    switch (event.kind) {
      case 'transaction':
        gathered.records.push(event.record);
        break;
      case 'mapped':
        gathered.mapped = event.mapped;
        gathered.software = event.software;
        gathered.candidateMs = nowMs;
        break;
      case 'allocated':
        gathered.mapped = event.mapped;
        gathered.relayed = event.relayed;
        gathered.software = event.software;
        gathered.candidateMs = nowMs;
        break;
      case 'failed':
        // A failure after the candidate (say, the release was refused) does not undo it.
        if (gathered.candidateMs === null)
          gathered.failure = failure(event.failure.code, event.failure.detail);
        break;
      default:
        break;
    }
  };
  try {
    const driveOptions = {
      onEvent,
      signal: options.signal,
      bindAddress: options.bindAddress,
      connectTimeoutMs: serverPatience.connectTimeoutMs,
    };
    if (isTurn(uri)) await drive<AllocationEvent>(allocation(options), driveOptions);
    else await drive<BindingEvent>(binding(options), driveOptions);
    if (gathered.failure === null) await refineRtt(options, gathered);
  } catch (error) {
    const cancelled = options.signal?.aborted === true;
    gathered.failure ??= failure(cancelled ? 'cancelled' : 'harness-fault', cancelled ? '' : String(error));
  }
  if (gathered.candidateMs === null && gathered.failure === null)
    gathered.failure = failure('harness-fault', 'no outcome');
  return assemble(options, gathered, startedMs);
}

function binding(options: ServerRunOptions): Machine<BindingEvent> {
  const { uri } = options.target;
  return new BindingClient({
    server: { address: options.address, port: uri.port },
    transport: uri.transport,
    serverName: uri.host,
    random: randomBytes,
    rtoMs: serverPatience.rtoMs,
    giveUpMs: serverPatience.giveUpMs,
  });
}

/**
 * The first exchange of a process also pays for waking up. Two more over UDP show the path’s own round trip; TURN has
 * several exchanges anyway, and a stream would have to be opened anew.
 */
async function refineRtt(options: ServerRunOptions, gathered: Gathered): Promise<void> {
  const { uri } = options.target;
  if (uri.transport !== 'udp' || isTurn(uri)) return;
  for (let again = 0; again < 2; again += 1) {
    await drive<BindingEvent>(binding(options), {
      signal: options.signal,
      bindAddress: options.bindAddress,
      onEvent: (event) => {
        if (event.kind === 'transaction') gathered.records.push(event.record);
      },
    });
  }
}

function allocation(options: ServerRunOptions): Machine<AllocationEvent> {
  const { uri } = options.target;
  return new AllocationClient({
    server: { address: options.address, port: uri.port },
    transport: uri.transport,
    serverName: uri.host,
    family: familyOf(options.address),
    credentials: credentialsOf(options.target, Date.now() / 1000),
    random: randomBytes,
    rtoMs: serverPatience.rtoMs,
    giveUpMs: serverPatience.giveUpMs,
    releaseAfterAllocate: true,
  });
}

function assemble(options: ServerRunOptions, gathered: Gathered, startedMs: number): ServerRun {
  const { id, address, originMs } = options;
  const { uri } = options.target;
  const evidence = gathered.records.map((record, index) =>
    transactionEvidence(record, `${id}t${index + 1}`, `${id}/${record.purpose}`, originMs),
  );
  const rtts = evidence.flatMap((e) => (e.rttMs === null ? [] : [e.rttMs]));
  const result: ServerResult = {
    url: uri.text,
    transport: uri.transport,
    address,
    status: gathered.failure === null ? 'ok' : 'failed',
    rttMs: rtts.length === 0 ? null : Math.min(...rtts),
    setupMs: gathered.candidateMs === null ? null : gathered.candidateMs - startedMs,
    software: gathered.software,
    rfc5780: null,
    ...(gathered.failure !== null && { failure: gathered.failure }),
    evidence: evidence.map((e) => e.id).slice(0, 50),
  };
  return { result, candidates: candidatesOf(gathered, uri.text, uri.transport, originMs), evidence };
}

function candidatesOf(
  gathered: Gathered,
  url: string,
  transport: ServerResult['transport'],
  originMs: number,
): Candidate[] {
  const local = gathered.records.find((record) => record.local !== null)?.local ?? null;
  const gatheredMs = Math.max(0, (gathered.candidateMs ?? originMs) - originMs);
  const candidates: Candidate[] = [];
  if (gathered.mapped !== null) {
    candidates.push(
      makeCandidate({
        type: 'srflx',
        endpoint: gathered.mapped,
        protocol: transport === 'udp' ? 'udp' : 'tcp',
        related: local,
        base: local?.address ?? '',
        url,
        relayProtocol: null,
        gatheredMs,
      }),
    );
  }
  if (gathered.relayed !== null) {
    candidates.push(
      makeCandidate({
        type: 'relay',
        endpoint: gathered.relayed,
        // RFC 8656: what is relayed is UDP, whatever carries it to the server.
        protocol: 'udp',
        related: gathered.mapped,
        base: gathered.relayed.address,
        url,
        relayProtocol: transport,
        gatheredMs,
      }),
    );
  }
  return candidates.filter((candidate) => !isRedundant(candidate));
}
