import { describe, expect, it } from 'vitest';
import { oidcConfigSchema } from '../../../../contract/oidc.ts';
import {
  type Claims,
  missingClaims,
  type RoleRules,
  roleOf as roleIn,
  unknownProjects,
} from '../../../../service/sign-in/role-of.ts';

const base = { issuer: 'https://login.example.org', clientId: 'polynya', clientSecret: 'long enough' };

const known = [
  { id: 'default', archivedAt: null },
  { id: 'old', archivedAt: '2026-01-01T00:00:00Z' },
  { id: 'a', archivedAt: null },
  { id: 'b', archivedAt: null },
];
const roleOf = (claims: Claims, given: RoleRules) => roleIn(claims, given, known);

function rules(...given: object[]): RoleRules {
  return oidcConfigSchema.parse({ ...base, roles: given });
}

const byGroup = rules(
  { claim: 'groups', values: ['everybody'], role: 'viewer' },
  { claim: 'groups', values: ['net-admins', 'boss'], role: 'admin' },
  { claim: 'groups', values: ['net-ops'], role: 'operator' },
);
const byMail = rules(
  { emailDomains: ['Example.org'], role: 'viewer' },
  { emails: ['Ann@example.org'], role: 'admin' },
);

describe('the role by a claim', () => {
  it.each([
    [['everybody'], 'viewer'],
    [['net-ops', 'everybody'], 'operator'],
    [['everybody', 'boss', 'net-ops'], 'admin'],
    ['net-ops', 'operator'],
    [['Net-Admins'], null],
    [['net-admins-of-others'], null],
    [[['boss']], null],
    [{ boss: true }, null],
    [null, null],
  ])('groups %j: %s', (groups, role) => {
    expect(roleOf({ groups }, byGroup).role).toBe(role);
  });

  it('is found inside an object, or under a name that has dots itself', () => {
    const given = rules({ claim: 'realm_access.roles', values: ['ops'], role: 'operator' });
    expect(roleOf({ realm_access: { roles: ['ops'] } }, given).role).toBe('operator');
    expect(roleOf({ 'realm_access.roles': 'ops' }, given).role).toBe('operator');
    expect(roleOf({ realm_access: null }, given).role).toBeNull();
    expect(
      roleOf({ groups: 'x' }, rules({ claim: '__proto__.x', values: ['x'], role: 'admin' })).role,
    ).toBeNull();
  });

  it('may be a default one, and is else none, with what was missing', () => {
    expect(roleOf({ groups: ['x'] }, { ...byGroup, defaultRole: 'viewer' }).role).toBe('viewer');
    expect(roleOf({ groups: ['boss'] }, { ...byGroup, defaultRole: 'viewer' }).role).toBe('admin');
    expect(roleOf({ sub: '1' }, byGroup)).toEqual({
      role: null,
      isEmailUnverified: false,
      missing: ['groups'],
      unknownProjects: [],
    });
  });
});

describe('the role by an e-mail address', () => {
  it.each([
    ['ann@EXAMPLE.org', true, 'admin'],
    ['ben@example.org', true, 'viewer'],
    ['ben@example.org', 'true', 'viewer'],
    ['ben@sub.example.org', true, null],
    ['ben@notexample.org', true, null],
    ['ann@example.org@evil.example', true, null],
    ['ann@example.org', false, null],
    ['ann@example.org', undefined, null],
    ['ann@example.org', 1, null],
  ])('%s, verified %j: %s', (email, verified, role) => {
    expect(roleOf({ email, email_verified: verified }, byMail).role).toBe(role);
  });

  it('says that the address is not vouched for', () => {
    const given = roleOf({ email: 'ann@example.org' }, byMail);
    expect(given).toMatchObject({ role: null, isEmailUnverified: true, missing: ['email_verified'] });
  });
});

describe('the projects', () => {
  const rule = (group: string, role: string, projects?: string[]) => ({
    ...{ claim: 'groups', values: [group], role },
    ...(projects !== undefined && { projects }),
  });
  const given = rules(
    rule('all', 'viewer'),
    rule('see-a', 'viewer', ['a']),
    rule('see-b', 'viewer', ['b', 'a']),
    rule('run-a', 'operator', ['a']),
    rule('run-gone', 'operator', ['gone', 'lost']),
    rule('run-some', 'operator', ['gone', 'old', 'b']),
    rule('chief', 'admin', ['b']),
  );
  it.each([
    [['all'], 'viewer', 'all'],
    [['see-a'], 'viewer', ['a']],
    // What rules of one role show adds up, in the order in which the projects were made.
    [['see-b', 'see-a'], 'viewer', ['a', 'b']],
    [['see-a', 'all'], 'viewer', 'all'],
    // The higher role holds in its own projects only, and what a lower one would show beside is not there.
    [['run-a', 'see-b'], 'operator', ['a']],
    [['run-a', 'all'], 'operator', ['a']],
    [['run-a', 'chief'], 'admin', ['b']],
    // Those that are not there count for nothing; archived ones can be read, and nothing is made in them.
    [['run-some'], 'operator', ['b', 'old']],
    [['run-gone', 'see-a'], 'viewer', ['a']],
  ])('of %j: %s of %j', (groups, role, projects) => {
    expect(roleOf({ groups }, given)).toEqual({ role, projects });
  });

  it('that are all gone give no role, not even the default one, which sees everything', () => {
    const open = { ...given, defaultRole: 'viewer' } as const;
    expect(roleOf({ groups: ['run-gone'] }, open)).toMatchObject({
      ...{ role: null, unknownProjects: ['gone', 'lost'] },
    });
    expect(roleOf({ groups: ['nobody'] }, open)).toEqual({ role: 'viewer', projects: 'all' });
    expect(unknownProjects(given.roles, known)).toEqual(['gone', 'lost']);
  });
});

it('tells which claims userinfo has to bring', () => {
  const both = [...byGroup.roles, ...byMail.roles];
  expect(missingClaims({ groups: [], email: 'a@b.example' }, both)).toEqual(['email_verified']);
  expect(missingClaims({}, [])).toEqual([]);
});

/** Two rules that together name more than a sign-in can hold. */
const manyProjects = ['x', 'y'].map((mark) => ({
  ...{ role: 'viewer', emails: ['a@b.example'] },
  projects: Array.from({ length: 501 }, (_, n) => `${mark}${n}`),
}));

describe('the configuration', () => {
  it.each([
    [{ issuer: 'http://login.example.org' }, /must be https/],
    [{ roles: [{ role: 'admin' }] }, /needs one of/],
    [{ roles: [{ role: 'admin', claim: 'groups' }] }, /claim and values go together/],
    [{ roles: [{ role: 'admin', claim: 'g', values: ['x'], emails: ['a@b.example'] }] }, /needs one of/],
    [{ roles: [{ role: 'owner', emails: ['a@b.example'] }] }, /viewer/],
    [{ roles: [{ role: 'admin', emailDomains: ['@b.example'] }] }, /a domain/],
    [{ roles: [{ role: 'admin', emails: ['a@b.example'], projects: [] }] }, /1/],
    [{ roles: [{ role: 'admin', emails: ['a@b.example'], projects: ['Team A'] }] }, /pattern/],
    [{ roles: manyProjects }, /1000 projects at most/],
    [{ defaultRole: 'admin' }, /none/],
    [{ scopes: ['a b'] }, /no blanks/],
    [{ label: '' }, /1/],
    [{ secret: 'x' }, /secret/],
  ])('refuses %j', (wrong, complaint) => {
    const parsed = oidcConfigSchema.safeParse({ ...base, ...wrong });
    expect(parsed.error?.issues.map(({ message }) => message).join()).toMatch(complaint);
  });
});
