/** Links: an operator lets somebody run the Check page for a while, with servers of the operator’s choice. */
import { z } from 'zod';
import { idSchema, isoTimeSchema, msSchema } from './basics.ts';

/** 90 days: longer than any ticket should stay open. */
const longestLinkHours = 90 * 24;

export const linkInputSchema = z.strictObject({
  /** For the operator’s own lists; the visitor never sees it. */
  label: z.string().trim().min(1).max(100),
  lifetimeHours: z.int().min(1).max(longestLinkHours).default(72),
  /** Server ids; null: whichever are enabled when the visitor comes. */
  servers: z.array(idSchema).min(1).max(50).nullable().default(null),
  /** What the visitor agrees to before anything is sent; null: the page’s own words. */
  consent: z.string().trim().min(1).max(2000).nullable().default(null),
  /** Whom the visitor may turn to. */
  contact: z.string().trim().min(1).max(300).nullable().default(null),
});
export type LinkInput = z.infer<typeof linkInputSchema>;

export const linkStates = ['active', 'expired', 'revoked'] as const;

/** What the operator sees. The token is not part of it: only its hash is kept. */
export const linkViewSchema = z.object({
  id: idSchema,
  label: z.string().max(100),
  state: z.enum(linkStates),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  revokedAt: isoTimeSchema.nullable(),
  servers: z.array(idSchema).max(50).nullable(),
  consent: z.string().max(2000).nullable(),
  contact: z.string().max(300).nullable(),
  project: idSchema,
  /** Stored reports that came by this link. */
  visits: z.int().min(0),
  lastVisitAt: isoTimeSchema.nullable(),
});
export type LinkView = z.infer<typeof linkViewSchema>;

export const newLinkSchema = z.object({
  link: linkViewSchema,
  /** `/t/TOKEN`, relative to the service. Told this once. */
  path: z.string(),
});
export type NewLink = z.infer<typeof newLinkSchema>;

/** What the visitor’s page asks before it asks for consent. */
export const visitorLinkSchema = z.object({
  expiresAt: isoTimeSchema,
  consent: z.string().max(2000).nullable(),
  contact: z.string().max(300).nullable(),
});
export type VisitorLink = z.infer<typeof visitorLinkSchema>;

const visitStep = {
  /** Stable id of a step of the page: browser, service, gather … */
  step: z.string().regex(/^[a-z0-9-]{1,32}$/),
  status: z.enum(['running', 'ok', 'warned', 'failed', 'skipped']),
  /** Since the start of the check. */
  atMs: msSchema,
} as const;
export const visitStepSchema = z.object(visitStep);
export type VisitStep = z.infer<typeof visitStepSchema>;

/** What the visitor’s page tells while it runs. */
export const visitProgressSchema = z.strictObject({
  /** Chosen by the page for this check. */
  visit: idSchema,
  ...visitStep,
});
export type VisitProgress = z.infer<typeof visitProgressSchema>;
