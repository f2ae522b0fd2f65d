/** The reports that a service stores, and how an unknown value becomes one of them. */
import { z } from 'zod';
import { compareReportSchema } from './comparison.ts';
import { envelopeOf } from './envelope-of.ts';
import { type Failure, failure } from './failures.ts';
import { labReportSchema } from './lab-report.ts';
import { lintReportSchema } from './lint-report.ts';
import { loadReportSchema } from './load-report.ts';
import { natReportBodySchema } from './nat-report.ts';
import { notTaken, quickParser } from './quick-parse.ts';
import { roomReportSchema } from './room-report.ts';
import { turnReportSchema } from './turn-report.ts';
import { upgradeReport } from './upgrade.ts';
import { visitReportBodySchema } from './visit-report.ts';

export const natReportSchema = envelopeOf('nat-report', natReportBodySchema);
export const visitReportSchema = envelopeOf('visit-report', visitReportBodySchema);
export const envelopeSchema = z.discriminatedUnion('kind', [
  natReportSchema,
  visitReportSchema,
  turnReportSchema,
  lintReportSchema,
  roomReportSchema,
  compareReportSchema,
  labReportSchema,
  loadReportSchema,
]);

export type NatReport = z.infer<typeof natReportSchema>;
export type VisitReport = z.infer<typeof visitReportSchema>;
export type Envelope = z.infer<typeof envelopeSchema>;
export type EnvelopeKind = Envelope['kind'];
export type EnvelopeOf<K extends EnvelopeKind> = Extract<Envelope, { readonly kind: K }>;
export const envelopeKinds = [
  'nat-report',
  'visit-report',
  'turn-report',
  'lint-report',
  'room-report',
  'compare-report',
  'lab-report',
  'load-report',
] as const satisfies readonly EnvelopeKind[];

export type ParsedEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly failure: Failure; readonly field: string | null };

const quickEnvelope = quickParser(envelopeSchema);

/** Reads an unknown value as a report of the current version, upgraded where it is older. Never throws; names the first field that is wrong. */
export function parseEnvelope(value: unknown): ParsedEnvelope {
  const upgraded = upgradeReport(value);
  if (!upgraded.ok) return { ok: false, failure: upgraded.failure, field: upgraded.field };
  const quick = quickEnvelope(upgraded.report);
  if (quick !== notTaken) return { ok: true, envelope: quick };
  const result = envelopeSchema.safeParse(upgraded.report);
  if (result.success) return { ok: true, envelope: result.data };
  const issue = result.error.issues[0];
  const field = issue === undefined ? null : issue.path.map(String).join('.') || null;
  return {
    ok: false,
    failure: failure('report-invalid', `${field ?? 'report'}: ${issue?.message ?? 'invalid'}`),
    field,
  };
}
