/** Sign-in with a real OpenID Connect provider, and everything that must not be taken for one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServeConfig, serveConfigSchema } from '../../contract/config.ts';
import { RequestFault } from '../../service/fault.ts';
import { oidcTarget } from '../../service/sign-in/oidc-target.ts';
import { SignInDesk } from '../../service/sign-in/sign-in-desk.ts';
import { IdentityProvider, oidcBase } from '../identity/identity-provider.ts';
import { Visitor } from '../identity/visitor.ts';

/** Nothing listens there: the visitor ends in front of it. */
const publicUrl = 'http://127.0.0.1:9';
const callback = `${publicUrl}/api/sign-in/callback`;
let provider: IdentityProvider;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  provider = await IdentityProvider.open({ publicUrl });
});
afterAll(() => provider?.close());
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function another(
  options: Partial<Parameters<typeof IdentityProvider.open>[0]>,
): Promise<IdentityProvider> {
  const opened = await IdentityProvider.open({ publicUrl, ...options });
  undo.push(() => opened.close());
  return opened;
}

function configOf(oidc: object = {}, rest: object = {}): ServeConfig {
  return serveConfigSchema.parse({
    publicUrl,
    oidc: { ...oidcBase, issuer: provider.issuer, ...oidc },
    ...rest,
  });
}

const projects: { id: string; archivedAt: string | null }[] = [];
function deskFor(oidc: object = {}, now = () => new Date()): SignInDesk {
  const target = oidcTarget(configOf(oidc));
  if (target === null) throw new Error('oidc is configured');
  return new SignInDesk(target, { now, projects: async () => projects });
}

/** From the provider’s page to the query of the callback. */
async function answerOf(location: string, choice: string, visitor = new Visitor()): Promise<URLSearchParams> {
  const page = await visitor.follow(location, callback);
  const last = page.location === null ? await visitor.follow(`${page.url}/${choice}`, callback) : page;
  if (last.location === null) throw new Error(`${last.url}: ${last.status} ${last.text}`);
  return new URL(last.location).searchParams;
}

async function signIn(desk: SignInDesk, login: string, to?: string) {
  const { location, cookie } = await desk.begin(to);
  return desk.finish(await answerOf(location, `login?login=${login}`), cookie);
}

/** Code and message of the fault. */
async function faultOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => new Error('nothing failed'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestFault)) throw error;
  return `${error.failure.code}: ${error.failure.message}`;
}

describe('somebody whom the provider knows', () => {
  it.each([
    ['vera', 'viewer'],
    ['otto', 'operator'],
    ['anna', 'admin'],
  ])('%s is %s by his groups, and comes back to where he was', async (login, role) => {
    expect(await signIn(deskFor(), login, '/runs?kind=nat-report')).toEqual({
      ok: true,
      principal: {
        kind: 'user',
        id: `${provider.issuer} ${login}`,
        name: `${login}@example.org`,
        role,
        projects: 'all',
      },
      location: `${publicUrl}/runs?kind=nat-report`,
    });
  });

  it('has no role where no rule gives one, and is told what was looked at', async () => {
    const refused = await signIn(deskFor(), 'nils');
    expect(refused).toMatchObject({ ok: false, who: { kind: 'user', id: `${provider.issuer} nils` } });
    expect(refused).toMatchObject({ why: { statusCode: 403, failure: { code: 'sign-in-no-role' } } });
    const byMail = [{ emailDomains: ['example.org'], role: 'viewer' }];
    expect(await signIn(deskFor({ roles: byMail }), 'nils')).toMatchObject({
      why: { failure: { message: expect.stringContaining('does not vouch for the e-mail address') } },
    });
    expect(await signIn(deskFor({ roles: byMail, defaultRole: 'viewer' }), 'nils')).toMatchObject({
      principal: { role: 'viewer' },
    });
  });

  it('sees the projects of the rules that give the role, and is told of those that are not there', async () => {
    projects.push({ id: 'p-a', archivedAt: null }, { id: 'p-b', archivedAt: null });
    undo.push(async () => void projects.splice(0));
    const rule = (group: string, role: string, ids: string[]) => ({
      ...{ claim: 'groups', values: [group], role, projects: ids },
    });
    const roles = [
      rule('everybody', 'viewer', ['p-b']),
      rule('net-ops', 'operator', ['p-a', 'p-gone']),
      rule('net-admins', 'admin', ['p-gone']),
    ];
    const desk = deskFor({ roles, defaultRole: 'viewer' });
    expect(await signIn(desk, 'otto')).toMatchObject({ principal: { role: 'operator', projects: ['p-a'] } });
    expect(await signIn(desk, 'vera')).toMatchObject({ principal: { role: 'viewer', projects: ['p-b'] } });
    expect(await signIn(desk, 'anna')).toMatchObject({
      ...{ ok: false, who: { name: 'anna@example.org' } },
      why: { failure: { code: 'sign-in-no-role', message: expect.stringMatching(/not there: p-gone/) } },
    });
    expect(await desk.unknownProjects()).toEqual(['p-gone']);
  });

  it('is asked for by code, PKCE, state and nonce, and sent back to the configured address', async () => {
    const { searchParams, origin } = new URL((await deskFor().begin('//evil.example')).location);
    expect(origin).toBe(provider.issuer);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: callback,
      scope: 'openid profile email groups',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(searchParams.get(name)?.length).toBeGreaterThanOrEqual(43);
    }
  });

  it('is asked about at userinfo only where the ID token does not tell enough', async () => {
    const asked = (at: IdentityProvider) => at.asked.filter((path) => path === '/me').length;
    const before = asked(provider);
    await signIn(deskFor(), 'vera');
    expect(asked(provider)).toBe(before + 1);
    const full = await another({ fullIdToken: true });
    expect(await signIn(deskFor({ issuer: full.issuer }), 'anna')).toMatchObject({
      principal: { role: 'admin' },
    });
    expect(asked(full)).toBe(0);
  });
});

describe('what is no sign-in', () => {
  it('is one that ended already, or in another browser, or with another state', async () => {
    const desk = deskFor();
    const { location, cookie } = await desk.begin('/');
    const { cookie: ofAnother } = await desk.begin('/');
    const answer = await answerOf(location, 'login?login=vera');
    expect(await faultOf(desk.finish(answer, ofAnother))).toMatch(/^sign-in-unknown: .*belongs to another/);
    expect(await faultOf(desk.finish(answer, null))).toMatch(/^sign-in-unknown: .*begun none/);
    const tampered = new URLSearchParams(answer);
    tampered.set('state', `${answer.get('state')}x`);
    expect(await faultOf(desk.finish(tampered, cookie))).toMatch(/^sign-in-unknown: /);
    tampered.delete('state');
    expect(await faultOf(desk.finish(tampered, cookie))).toMatch(/^sign-in-unknown: /);
    expect(await desk.finish(answer, cookie)).toMatchObject({ ok: true });
    expect(await faultOf(desk.finish(answer, cookie))).toMatch(/^sign-in-unknown: .*used already/);
    // A node that did not see the first time: the provider takes a code once.
    expect(await faultOf(deskFor().finish(answer, cookie))).toMatch(/^sign-in-unknown: .*invalid_grant/);
  });

  it('is an answer with another nonce, or to another challenge', async () => {
    const desk = deskFor();
    for (const [name, fault] of [
      ['nonce', /^sign-in-answer-invalid: .*nonce/],
      ['code_challenge', /^sign-in-unknown: .*invalid_grant/],
    ] as const) {
      const { location, cookie } = await desk.begin('/');
      const changed = new URL(location);
      changed.searchParams.set(
        name,
        (changed.searchParams.get(name) ?? '').replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
      );
      const answer = await answerOf(changed.href, 'login?login=anna');
      expect(await faultOf(desk.finish(answer, cookie))).toMatch(fault);
    }
  });

  it('is an answer of another issuer', async () => {
    const desk = deskFor();
    const { location, cookie } = await desk.begin('/');
    const answer = await answerOf(location, 'login?login=anna');
    expect(answer.get('iss')).toBe(provider.issuer);
    answer.set('iss', 'http://localhost:1');
    expect(await faultOf(desk.finish(answer, cookie))).toMatch(/^sign-in-answer-invalid: .*iss/);
    const otherName = provider.issuer.replace('localhost', '127.0.0.1');
    expect(await faultOf(deskFor({ issuer: otherName }).begin('/'))).toMatch(
      /^sign-in-misconfigured: .*another issuer/,
    );
  });

  it('is one that takes longer than ten minutes', async () => {
    let nowMs = Date.now();
    const desk = deskFor({}, () => new Date(nowMs));
    const { location, cookie } = await desk.begin('/');
    const answer = await answerOf(location, 'login?login=anna');
    nowMs += 600_000;
    expect(await faultOf(desk.finish(answer, cookie))).toMatch(/^sign-in-unknown: .*too long/);
  });

  it('is one that was denied at the provider', async () => {
    const desk = deskFor();
    const { location, cookie } = await desk.begin('/');
    expect(await faultOf(desk.finish(await answerOf(location, 'deny'), cookie))).toMatch(
      /^sign-in-denied: .*access_denied/,
    );
  });
});

describe('a provider that cannot be used', () => {
  it('has a clock that is wrong, or ours is: it is said by how much', async () => {
    const at = (offsetSec: number) => deskFor({}, () => new Date(Date.now() + offsetSec * 1000));
    expect(await faultOf(signIn(at(3_600), 'vera'))).toMatch(/^sign-in-clock: .* 36\d\d s ahead of/);
    expect(await faultOf(signIn(at(-3_600), 'vera'))).toMatch(/^sign-in-clock: .* 3[56]\d\d s behind/);
    expect(await signIn(at(-30), 'vera')).toMatchObject({ ok: true });
  });

  it('issues tokens that expire at once: they are good as long as clocks may differ', async () => {
    const brief = await another({ idTokenSec: 1 });
    const at = (offsetSec: number) =>
      deskFor({ issuer: brief.issuer }, () => new Date(Date.now() + offsetSec * 1000));
    expect(await faultOf(signIn(at(90), 'vera'))).toMatch(/^sign-in-clock: /);
    expect(await signIn(at(30), 'vera')).toMatchObject({ ok: true });
  });

  it('is away; when it is back, the next sign-in finds it', async () => {
    const gone = await another({});
    const desk = deskFor({ issuer: gone.issuer });
    await gone.close();
    expect(await faultOf(desk.begin('/'))).toMatch(/^sign-in-provider-away: .*ECONNREFUSED/);
    expect(desk.endUrl()).toBeNull();
    await another({ port: Number(new URL(gone.issuer).port) });
    expect(await signIn(desk, 'vera')).toMatchObject({ ok: true });
  });

  it('does not know the client, or not by this secret', async () => {
    const wrongSecret = deskFor({ clientSecret: 'another-secret-entirely' });
    expect(await faultOf(signIn(wrongSecret, 'vera'))).toMatch(/^sign-in-misconfigured: .*invalid_client/);
  });
});

describe('the end', () => {
  it('leads to the provider’s sign-out, and back here', async () => {
    const desk = deskFor();
    await desk.lookUpProvider();
    const url = new URL(desk.endUrl() ?? '');
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'polynya',
      post_logout_redirect_uri: `${publicUrl}/`,
    });
    const here = deskFor({ endProviderSession: false });
    await here.lookUpProvider();
    expect(here.endUrl()).toBeNull();
  });
});

describe('the configuration', () => {
  it.each([
    [{}, { publicUrl: null }, /needs publicUrl/],
    [{}, { publicUrl: 'http://polynya.example.org' }, /needs https/],
    [{ issuer: 'http://login.example.org' }, {}, /on this machine only/],
    [{ clientSecret: null }, {}, /POLYNYA_OIDC_CLIENT_SECRET/],
    [{ clientSecretFile: '/etc/hostname' }, {}, /contradict/],
  ])('does not let the service start with %j %j', (oidc, rest, complaint) => {
    const check = () => oidcTarget(configOf(oidc, rest));
    expect(check).toThrow(complaint);
    expect(check).not.toThrow(oidcBase.clientSecret);
  });
});
