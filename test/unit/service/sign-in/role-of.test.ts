import { describe, expect, it } from 'vitest';
import { type OidcConfig, oidcConfigSchema } from '../../../../contract/oidc.ts';
import { missingClaims, roleOf } from '../../../../service/sign-in/role-of.ts';

const base = { issuer: 'https://login.example.org', clientId: 'polynya', clientSecret: 'long enough' };

function rules(...given: object[]): Pick<OidcConfig, 'roles' | 'defaultRole'> {
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
    expect(given).toEqual({ role: null, isEmailUnverified: true, missing: ['email_verified'] });
  });
});

it('tells which claims userinfo has to bring', () => {
  const both = [...byGroup.roles, ...byMail.roles];
  expect(missingClaims({ groups: [], email: 'a@b.example' }, both)).toEqual(['email_verified']);
  expect(missingClaims({}, [])).toEqual([]);
});

describe('the configuration', () => {
  it.each([
    [{ issuer: 'http://login.example.org' }, /must be https/],
    [{ roles: [{ role: 'admin' }] }, /needs one of/],
    [{ roles: [{ role: 'admin', claim: 'groups' }] }, /claim and values go together/],
    [{ roles: [{ role: 'admin', claim: 'g', values: ['x'], emails: ['a@b.example'] }] }, /needs one of/],
    [{ roles: [{ role: 'owner', emails: ['a@b.example'] }] }, /viewer/],
    [{ roles: [{ role: 'admin', emailDomains: ['@b.example'] }] }, /a domain/],
    [{ defaultRole: 'admin' }, /none/],
    [{ scopes: ['a b'] }, /no blanks/],
    [{ label: '' }, /1/],
    [{ secret: 'x' }, /secret/],
  ])('refuses %j', (wrong, complaint) => {
    const parsed = oidcConfigSchema.safeParse({ ...base, ...wrong });
    expect(parsed.error?.issues.map(({ message }) => message).join()).toMatch(complaint);
  });
});
