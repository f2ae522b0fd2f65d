/** From the claims that a provider makes about somebody to the role that he gets here, and in which projects. Pure. */
import { type Principal, roles } from '../../contract/access.ts';
import type { OidcConfig, RoleRule } from '../../contract/oidc.ts';
import type { ProjectView } from '../../contract/projects.ts';

/** Of the ID token or of userinfo. */
export type Claims = Readonly<Record<string, unknown>>;
export type RoleRules = Pick<OidcConfig, 'roles' | 'defaultRole'>;
/** Of a project, what the rules depend on. */
export type KnownProject = Pick<ProjectView, 'id' | 'archivedAt'>;

export interface NoRole {
  readonly role: null;
  /** A rule looks at e-mail addresses, and there is one that the provider does not vouch for. */
  readonly isEmailUnverified: boolean;
  /** Names of claims that the rules ask for and the provider did not send. */
  readonly missing: readonly string[];
  /** Projects that his rules name and that are not there. */
  readonly unknownProjects: readonly string[];
}

export type RoleGiven = Pick<Principal, 'role' | 'projects'> | NoRole;

/**
 * The highest role counts, and with it the projects of those rules alone that give it: whoever may change things in one
 * project and look at another must not come to change the other. So he does not see it at all, which is less than he
 * might and never more. A rule whose projects are not there gives nothing.
 * @param known all projects of the service, in the order in which they were made
 */
export function roleOf(
  claims: Claims,
  { roles: rules, defaultRole }: RoleRules,
  known: readonly KnownProject[],
): RoleGiven {
  const fulfilled = rules.filter((rule) => holds(rule, claims));
  for (const role of [...roles].reverse()) {
    const projects = projectsOf(
      fulfilled.filter((rule) => rule.role === role),
      known,
    );
    if (projects === 'all' || projects.length > 0) return { role, projects };
  }
  // It is for those of whom no rule speaks: it would show everything to whom a rule shows one project.
  if (fulfilled.length === 0 && defaultRole !== 'none') return { role: defaultRole, projects: 'all' };
  const asksForEmail = rules.some(({ claim }) => claim === null);
  const isEmailUnverified = asksForEmail && claims['email'] !== undefined && verifiedEmail(claims) === null;
  return {
    role: null,
    isEmailUnverified,
    missing: missingClaims(claims, rules),
    unknownProjects: unknownProjects(fulfilled, known),
  };
}

/** Without rules: none. What he makes belongs to the first, so those that take nothing any more stand last. */
function projectsOf(rules: readonly RoleRule[], known: readonly KnownProject[]): Principal['projects'] {
  if (rules.some(({ projects }) => projects === null)) return 'all';
  const given = known.filter(({ id }) => rules.some(({ projects }) => projects?.includes(id)));
  const isOpen = ({ archivedAt }: KnownProject): boolean => archivedAt === null;
  return [...given.filter(isOpen), ...given.filter((each) => !isOpen(each))].map(({ id }) => id);
}

/** Ids that the rules name and that no project has. */
export function unknownProjects(rules: readonly RoleRule[], known: readonly KnownProject[]): string[] {
  const named = new Set(rules.flatMap(({ projects }) => projects ?? []));
  return [...named].filter((project) => known.every(({ id }) => id !== project));
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
