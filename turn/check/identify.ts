/** Which server this is, from what it does. SOFTWARE counts as a hint for the family, never for the version. */
import type { TurnReportBody } from '../../contract/turn-report.ts';
import { type CoturnVersion, isBefore, parseVersion } from '../lint/version.ts';
import type { ServerIdentity } from './fix.ts';
import type { Knowledge } from './knowledge.ts';
import { peerQuirks } from './peer-quirks.ts';
import { type QuirkRow, quirkTable } from './quirks.ts';

/** 16 hex digits before 4.17, 24 since. */
const coturnNonce = /^(?:[0-9a-f]{16}|[0-9a-f]{24})$/;

export interface Identified extends ServerIdentity {
  readonly reasons: readonly string[];
  readonly advisories: TurnReportBody['server']['advisories'];
}

export function identify(knowledge: Knowledge): Identified {
  const { software, nonces } = knowledge;
  const quirks = new Map([...knowledge.quirks, ...peerQuirks(knowledge)]);
  const reasons: string[] = [];
  if (software !== null && /^coturn\b/i.test(software))
    reasons.push(`SOFTWARE is “${software.slice(0, 100)}”`);
  const [nonce] = nonces;
  if (nonce !== undefined && coturnNonce.test(nonce))
    reasons.push(`nonces are ${nonce.length} hex digits, as coturn makes them`);
  if (quirks.get('reason-counts-padding')?.present)
    reasons.push('error reasons end with NUL bytes, as coturn before 4.16 writes them');
  const family = isCoturn(knowledge) ? 'coturn' : 'unknown';
  if (family === 'unknown') return { family, version: null, reasons, advisories: [] };

  let atLeast: CoturnVersion | null = null;
  let before: CoturnVersion | null = null;
  for (const [name, { present, evidence }] of quirks) {
    const row: QuirkRow = quirkTable[name];
    const limit = parseVersion(row.fixedIn);
    if (limit === null) continue;
    if (present && (before === null || isBefore(limit, before.text))) before = limit;
    if (!present && (atLeast === null || isBefore(atLeast, limit.text))) atLeast = limit;
    reasons.push(
      `${present ? `before ${row.fixedIn}` : `${row.fixedIn} or later`}: ${present ? row.title : `not so that ${row.title}`} (${evidence})`,
    );
  }
  // A deny rule or an option can hide a quirk, so what is present weighs more than what is absent.
  if (before !== null && atLeast !== null && !isBefore(atLeast, before.text)) atLeast = null;
  const advisories = Object.entries(quirkTable).flatMap(([name, row]: [string, QuirkRow]) => {
    const seen = quirks.get(name as keyof typeof quirkTable);
    return row.advisory !== undefined && seen?.present ? [{ ...row.advisory, evidence: seen.evidence }] : [];
  });
  return { family, version: { atLeast, before }, reasons, advisories };
}

/** SOFTWARE can be made up, but nobody poses as coturn; without it the handwriting decides. */
function isCoturn({ software, nonces, quirks }: Knowledge): boolean {
  if (software !== null && software !== '') return /^coturn\b/i.test(software);
  if (quirks.get('reason-counts-padding')?.present) return true;
  return nonces.some((nonce) => coturnNonce.test(nonce));
}
