/** Sign-in with an OpenID Connect provider: the configuration, and what a page needs to offer it. */
import { z } from 'zod';
import { roleSchema } from './access/principal.ts';
import { idSchema } from './basics.ts';

/** So many a principal can have. */
const maxProjects = 1_000;

/** Gives a role to everybody about whom its one condition is true. */
const roleRuleSchema = z
  .strictObject({
    role: roleSchema,
    /** A claim by its name, e.g. `groups`; dots lead into objects (`realm_access.roles`). Goes with `values`. */
    claim: z.string().min(1).max(200).nullable().default(null),
    /** The claim is one of these, or a list with one of them in it. Capitals count. */
    values: z.array(z.string().min(1).max(500)).max(200).default([]),
    /** E-mail addresses, once the provider says that they are verified. */
    emails: z.array(z.email()).max(1_000).default([]),
    /** What stands after the @ of those; no domains below it. */
    emailDomains: z
      .array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'a domain, e.g. example.org'))
      .max(100)
      .default([]),
    /** Ids of the projects in which it gives the role; null: in all, and in the service as a whole. */
    projects: z.array(idSchema).min(1).max(maxProjects).nullable().default(null),
  })
  .refine(({ claim, values }) => (claim === null) === (values.length === 0), {
    path: ['claim'],
    error: 'claim and values go together',
  })
  .refine(
    ({ claim, emails, emailDomains }) =>
      [claim !== null, emails.length > 0, emailDomains.length > 0].filter(Boolean).length === 1,
    { error: 'needs one of: claim with values, emails, emailDomains' },
  );
export type RoleRule = z.infer<typeof roleRuleSchema>;

export const oidcConfigSchema = z
  .strictObject({
    /** As the provider itself spells it; its discovery document is at `/.well-known/openid-configuration` under it. */
    issuer: z.url({ protocol: /^https?$/ }).max(300),
    /** Plain HTTP, to a provider on this machine only. */
    allowInsecureIssuer: z.boolean().default(false),
    clientId: z.string().min(1).max(300),
    /** One of the two is needed, or POLYNYA_OIDC_CLIENT_SECRET. */
    clientSecret: z.string().min(8).max(1_000).nullable().default(null),
    /** File whose first line is the secret. */
    clientSecretFile: z.string().min(1).nullable().default(null),
    /** How the secret is told to the provider: `client_secret_basic` or `client_secret_post` (OIDC Core §9). */
    clientAuthentication: z.enum(['basic', 'post']).default('basic'),
    /** What is asked for beyond `openid`. */
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'no blanks, no quotes (RFC 6749 §3.3)'))
      .max(20)
      .default(['profile', 'email']),
    /** The highest role that one of them gives is the role, in the projects of those that give it. */
    roles: z
      .array(roleRuleSchema)
      .max(100)
      .refine((rules) => new Set(rules.flatMap(({ projects }) => projects ?? [])).size <= maxProjects, {
        error: `all together name ${maxProjects} projects at most`,
      })
      .default([]),
    /** Of everybody else whom the provider knows, in all projects. */
    defaultRole: z.enum(['none', 'viewer']).default('none'),
    /** As in “Sign in with …”. */
    label: z.string().min(1).max(60).default('single sign-on'),
    /** Signing out here leads to the provider’s sign-out, where it has one. */
    endProviderSession: z.boolean().default(true),
  })
  .refine(({ issuer, allowInsecureIssuer }) => issuer.startsWith('https:') || allowInsecureIssuer, {
    path: ['issuer'],
    error: 'must be https (a provider on this machine: allowInsecureIssuer)',
  });
export type OidcConfig = z.infer<typeof oidcConfigSchema>;

/** What the login page offers beside the token. */
export const signInOfferSchema = z.object({
  /** As in “Sign in with …”. */
  label: z.string(),
  /** Where the browser goes for it; takes `?to=` with the path to come back to. */
  url: z.string(),
});
export type SignInOffer = z.infer<typeof signInOfferSchema>;
