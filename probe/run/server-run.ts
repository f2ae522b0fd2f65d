/** What one server gave over one transport and address, as the report keeps it. */
import type { Candidate } from '../../contract/candidate.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { Failure } from '../../contract/failures.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { isRedundant, makeCandidate } from '../candidates.ts';
import { transactionEvidence } from '../report/transaction-evidence.ts';
import type { ProbeTarget } from '../target.ts';

export interface ServerRun {
  readonly result: ServerResult;
  readonly candidates: Candidate[];
  readonly evidence: Evidence[];
}

/** Everything that was learned so far. */
export interface Gathered {
  readonly records: TransactionRecord[];
  mapped: Endpoint | null;
  relayed: Endpoint | null;
  software: string | null;
  failure: Failure | null;
  /** Machine time at which the server had given its address. */
  candidateMs: number | null;
}

export interface ServerIdentity {
  /** `s1`, `s2` …: evidence ids begin with it. */
  readonly id: string;
  readonly target: ProbeTarget;
  readonly address: string;
}

/** @param startedMs machine time of the first packet @param originMs machine time of the whole probe's start */
export function serverRun(
  { id, target, address }: ServerIdentity,
  gathered: Gathered,
  startedMs: number,
  originMs: number,
): ServerRun {
  const { uri } = target;
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
  return { result, candidates: candidatesOf(gathered, target, originMs), evidence };
}

function candidatesOf(gathered: Gathered, { uri }: ProbeTarget, originMs: number): Candidate[] {
  const { mapped, relayed, candidateMs } = gathered;
  const local = gathered.records.find((record) => record.local !== null)?.local ?? null;
  const gatheredMs = Math.max(0, (candidateMs ?? originMs) - originMs);
  const candidates: Candidate[] = [];
  if (mapped !== null) {
    candidates.push(
      makeCandidate({
        type: 'srflx',
        endpoint: mapped,
        protocol: uri.transport === 'udp' ? 'udp' : 'tcp',
        related: local,
        base: local?.address ?? '',
        url: uri.text,
        relayProtocol: null,
        gatheredMs,
      }),
    );
  }
  if (relayed !== null) {
    candidates.push(
      makeCandidate({
        type: 'relay',
        endpoint: relayed,
        // RFC 8656: what is relayed is UDP, whatever carries it to the server.
        protocol: 'udp',
        related: mapped,
        base: relayed.address,
        url: uri.text,
        relayProtocol: uri.transport,
        gatheredMs,
      }),
    );
  }
  return candidates.filter((candidate) => !isRedundant(candidate));
}
