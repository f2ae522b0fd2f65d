import type { Evidence } from '../../contract/evidence.ts';
import { getAttribute } from '../../stun/message.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';

/** A client transaction as the report keeps it; times count from `originMs`. */
export function transactionEvidence(
  record: TransactionRecord,
  id: string,
  purpose: string,
  originMs: number,
): Evidence {
  const r = record.response;
  const code = r === null ? undefined : getAttribute(r, 'ERROR-CODE')?.code;
  return {
    id,
    purpose: purpose.slice(0, 100),
    transport: record.transport,
    local: record.local,
    to: record.to,
    sentMs: record.sentMs.slice(0, 64).map((sent) => Math.max(0, sent - originMs)),
    outcome: record.outcome,
    from: record.from,
    receivedMs: record.receivedMs === null ? null : Math.max(0, record.receivedMs - originMs),
    rttMs: record.rttMs,
    xorMapped: (r && getAttribute(r, 'XOR-MAPPED-ADDRESS')) ?? null,
    mapped: (r && getAttribute(r, 'MAPPED-ADDRESS')) ?? null,
    responseOrigin: (r && getAttribute(r, 'RESPONSE-ORIGIN')) ?? null,
    otherAddress: (r && getAttribute(r, 'OTHER-ADDRESS')) ?? null,
    relayed: (r && getAttribute(r, 'XOR-RELAYED-ADDRESS')) ?? null,
    errorCode: code !== undefined && code >= 300 && code <= 699 ? code : null,
    notes: [
      ...(record.error === null ? [] : [`${record.error.code}: ${record.error.message}`.slice(0, 300)]),
      ...record.notes.map((note) => note.slice(0, 300)),
    ].slice(0, 20),
  };
}
