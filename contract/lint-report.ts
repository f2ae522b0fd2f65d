/** What `polynya turn lint --json` prints. */
import { z } from 'zod';
import { envelopeOf } from './envelope-of.ts';

/** Worst first. */
export const lintSeverities = ['critical', 'high', 'medium', 'low'] as const;
export const lintSeveritySchema = z.enum(lintSeverities);
export type LintSeverity = z.infer<typeof lintSeveritySchema>;

export const lintFindingSchema = z.object({
  /** Kebab-case name; docs/lint-rules.md has its number, reason and fix. */
  rule: z.string().max(64),
  number: z.int().min(1),
  severity: lintSeveritySchema,
  /** The other file that was given, when the finding is in there (`--app`); absent: the linted file. */
  file: z.string().max(4096).optional(),
  /** From 1; null: the file lacks something. */
  line: z.int().min(1).nullable(),
  column: z.int().min(1).nullable(),
  option: z.string().max(200).nullable(),
  message: z.string().max(1000),
  fix: z.string().max(4000),
  /** `--fix` would repair it. */
  fixable: z.boolean(),
});
export type LintFinding = z.infer<typeof lintFindingSchema>;

export const lintReportBodySchema = z.object({
  /** Name of the linted file, as given. */
  file: z.string().max(4096),
  /** The application's file that it was compared with (`--app`). */
  app: z.string().max(4096).optional(),
  /** The coturn version that the file was judged for. */
  coturn: z.object({
    version: z.string().max(32),
    /** given: `--for` · installed: `turnserver --version` · newest-known: neither was there. */
    source: z.enum(['given', 'installed', 'newest-known']),
  }),
  findings: z.array(lintFindingSchema).max(10_000),
  /** Findings by severity. */
  counts: z.object({
    critical: z.int().min(0),
    high: z.int().min(0),
    medium: z.int().min(0),
    low: z.int().min(0),
  }),
  /** What `--fix` changed in this run; empty without it. */
  fixed: z.array(z.object({ rule: z.string().max(64), message: z.string().max(1000) })).max(10_000),
});
export type LintReportBody = z.infer<typeof lintReportBodySchema>;

export const lintReportSchema = envelopeOf('lint-report', lintReportBodySchema);
export type LintReport = z.infer<typeof lintReportSchema>;
