/** From the claims that a provider makes about somebody to the role that he gets here. Pure. */
import { type Role, roles } from '../../contract/access.ts';
import type { OidcConfig, RoleRule } from '../../contract/oidc.ts';

/** Of the ID token or of userinfo. */
export type Claims = Readonly<Record<string, unknown>>;
export type RoleRules = Pick<OidcConfig, 'roles' | 'defaultRole'>;

export interface NoRole {
  readonly role: null;
  /** A rule looks at e-mail addresses, and there is one that the provider does not vouch for. */
  readonly isEmailUnverified: boolean;
  /** Names of claims that the rules ask for and the provider did not send. */
  readonly missing: readonly string[];
}

export type RoleGiven = { readonly role: Role } | NoRole;

export function roleOf(claims: Claims, { roles: rules, defaultRole }: RoleRules): RoleGiven {
  const given = rules.filter((rule) => holds(rule, claims)).map(({ role }) => roles.indexOf(role));
  const highest = roles[Math.max(-1, ...given)] ?? (defaultRole === 'none' ? null : defaultRole);
  if (highest !== null) return { role: highest };
  const asksForEmail = rules.some(({ claim }) => claim === null);
  const isEmailUnverified = asksForEmail && claims['email'] !== undefined && verifiedEmail(claims) === null;
  return { role: null, isEmailUnverified, missing: missingClaims(claims, rules) };
}

/** Names of the claims that the rules ask for and that are not there. */
export function missingClaims(claims: Claims, rules: readonly RoleRule[]): string[] {
  const wanted = new Set(
    rules.flatMap(({ claim }) => (claim === null ? ['email', 'email_verified'] : [claim])),
  );
  return [...wanted].filter((name) => valueAt(claims, name) === undefined);
}

function holds(rule: RoleRule, claims: Claims): boolean {
  if (rule.claim !== null) {
    const value = valueAt(claims, rule.claim);
    const said = Array.isArray(value) ? value : [value];
    return said.some((each) => typeof each === 'string' && rule.values.includes(each));
  }
  const email = verifiedEmail(claims);
  if (email === null) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const isIn = (list: readonly string[], text: string) => list.some((each) => each.toLowerCase() === text);
  return isIn(rule.emails, email) || isIn(rule.emailDomains, domain);
}

/**
 * In small letters. Whoever may write any address into his profile would otherwise be whom he likes, so the provider has
 * to vouch for it (OIDC Core §5.1, `email_verified`); some say `true` as a text.
 */
export function verifiedEmail(claims: Claims): string | null {
  const { email, email_verified: verified } = claims;
  const isVerified = verified === true || verified === 'true';
  return isVerified && typeof email === 'string' ? email.toLowerCase() : null;
}

/** By its name as it is (names may be URLs), else by the path that its dots make. */
function valueAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
      claims,
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
