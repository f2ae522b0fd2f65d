/** The one wrapper of everything that is stored, sent or printed with `--json`. */
import { z } from 'zod';
import { isoTimeSchema } from './basics.ts';
import { type Failure, failure } from './failures.ts';
import { natReportBodySchema } from './nat-report.ts';
import { upgradeReport } from './upgrade.ts';
import { visitReportBodySchema } from './visit-report.ts';

const toolSchema = z.object({ name: z.string().max(64), version: z.string().max(64) });

export function envelopeOf<K extends string, B extends z.ZodType>(kind: K, body: B) {
  return z.object({
    kind: z.literal(kind),
    version: z.literal(1),
    tool: toolSchema,
    at: isoTimeSchema,
    body,
  });
}

export const natReportSchema = envelopeOf('nat-report', natReportBodySchema);
export const visitReportSchema = envelopeOf('visit-report', visitReportBodySchema);
export const envelopeSchema = z.discriminatedUnion('kind', [natReportSchema, visitReportSchema]);

export type NatReport = z.infer<typeof natReportSchema>;
export type VisitReport = z.infer<typeof visitReportSchema>;
export type Envelope = z.infer<typeof envelopeSchema>;
export type EnvelopeKind = Envelope['kind'];
export const envelopeKinds = ['nat-report', 'visit-report'] as const satisfies readonly EnvelopeKind[];

export type ParsedEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly failure: Failure; readonly field: string | null };

/** Reads an unknown value as a report of the current version, upgraded where it is older. Never throws; names the first field that is wrong. */
export function parseEnvelope(value: unknown): ParsedEnvelope {
  const upgraded = upgradeReport(value);
  if (!upgraded.ok) return { ok: false, failure: upgraded.failure, field: upgraded.field };
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
