/** The rows of sign-in, sessions, API keys and audit in the table of REST operations. */
import { z } from 'zod';
import { idSchema } from '../basics.ts';
import { auditPageSchema, auditQuerySchema } from './audit.ts';
import { keyInputSchema, keyViewSchema, newKeySchema } from './keys.ts';
import { meSchema, sessionViewSchema } from './principal.ts';

const idParams = z.object({ id: idSchema });

/** The admin token, in exchange for a session cookie (HttpOnly, SameSite=Strict, 12 h). */
export const loginRequestSchema = z.strictObject({ token: z.string().min(1).max(1000) });

export const accessOperations = {
  login: {
    method: 'POST',
    path: '/api/login',
    role: 'anyone',
    body: loginRequestSchema,
    reply: meSchema,
  },
  logout: {
    method: 'POST',
    path: '/api/logout',
    role: 'anyone',
    /** `next`: where the identity provider signs people out; null: it was here only. */
    reply: meSchema.extend({ next: z.string().nullable() }),
  },
  me: { method: 'GET', path: '/api/me', role: 'anyone', reply: meSchema },
  listSessions: {
    method: 'GET',
    path: '/api/sessions',
    role: 'admin',
    reply: z.object({ sessions: z.array(sessionViewSchema) }),
  },
  /** Whoever is signed in there is not any more, at once. */
  endSession: {
    method: 'DELETE',
    path: '/api/sessions/:id',
    role: 'admin',
    params: idParams,
    reply: z.object({ id: idSchema }),
  },
  listKeys: {
    method: 'GET',
    path: '/api/keys',
    role: 'admin',
    reply: z.object({ keys: z.array(keyViewSchema) }),
  },
  /** The key can do no more than its maker. */
  createKey: {
    method: 'POST',
    path: '/api/keys',
    role: 'admin',
    body: keyInputSchema,
    reply: newKeySchema,
  },
  /** It is worth nothing from now on. */
  withdrawKey: {
    method: 'DELETE',
    path: '/api/keys/:id',
    role: 'admin',
    params: idParams,
    reply: keyViewSchema,
  },
  listAudit: {
    method: 'GET',
    path: '/api/audit',
    role: 'admin',
    query: auditQuerySchema,
    reply: auditPageSchema,
  },
} as const;
