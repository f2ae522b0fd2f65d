/** API keys: what a program shows instead of a person’s sign-in. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from '../basics.ts';
import { projectsSchema, roleSchema, whoSchema } from './principal.ts';

/** Every key begins with it, so that scanners for secrets, and our own redaction, know one where they see it. */
export const keyPrefix = 'pk_';
/** 256 random bits in base64url behind the prefix. */
export const keyPattern = /\bpk_[\w-]{43}(?![\w-])/g;

export const keyInputSchema = z.strictObject({
  /** What it is for, or where it lies. */
  name: z.string().trim().min(1).max(100),
  role: roleSchema.default('viewer'),
  /** Null: it is good until it is withdrawn. */
  lifetimeDays: z.int().min(1).max(3_650).nullable().default(90),
});
export type KeyInput = z.infer<typeof keyInputSchema>;

export const keyStates = ['active', 'expired', 'withdrawn'] as const;

export const keyViewSchema = z.object({
  id: idSchema,
  name: z.string().max(100),
  role: roleSchema,
  projects: projectsSchema,
  state: z.enum(keyStates),
  createdAt: isoTimeSchema,
  createdBy: whoSchema,
  expiresAt: isoTimeSchema.nullable(),
  /** To the minute; null: never. */
  lastUsedAt: isoTimeSchema.nullable(),
  withdrawnAt: isoTimeSchema.nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;

/** `secret` is told this once: only its hash is kept. */
export const newKeySchema = z.object({ key: keyViewSchema, secret: z.string().max(100) });
export type NewKey = z.infer<typeof newKeySchema>;
