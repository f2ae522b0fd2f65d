import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { literalSecrets, searchLogs, searchProblems, sourcesWithSecrets } from '../runner/search-logs.mjs';
import { SecretIndex } from '../runner/secret-index.mjs';
import { secretsIn } from '../runner/test-secrets.mjs';

const planted = { name: 'password of planted.ts', value: 'planted "pass"/word+Quae8' };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-log-search-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, name = 'polynya%20serve.17.stderr') => writeFileSync(join(folder, name), text);
const leaksOf = (text: string) => {
  write(text);
  return searchLogs(folder, [planted]).leaks;
};

describe('the search of the logs of a run', () => {
  const base64 = (before: string, encoding: 'base64' | 'base64url') =>
    Buffer.from(`${before}${planted.value}!`).toString(encoding);

  it.each([
    ['as it is', planted.value],
    ['in JSON', JSON.stringify({ said: planted.value })],
    ['in a path', encodeURIComponent(planted.value)],
    ['in a form', `${new URLSearchParams({ said: planted.value })}`],
    ['in base64', base64('', 'base64')],
    ['in base64 behind a name', base64('u:', 'base64')],
    ['in base64 behind a longer name', base64('us:', 'base64url')],
  ])('finds a secret %s, and tells the line without it', (_how, form) => {
    const [leak, ...more] = leaksOf(`all is well\nlogin with ${form} failed\nall is well\n`);
    expect(more).toEqual([]);
    expect(leak).toMatchObject({ name: planted.name, program: 'polynya serve', stream: 'stderr', lines: 1 });
    expect(leak?.line).toMatch(/^login with .*•••.* failed$/);
    const [told = ''] = searchProblems({ lines: 3, leaks: leak === undefined ? [] : [leak] }, false);
    expect(told).toContain('password of planted.ts, in what polynya serve wrote to its stderr');
    expect(told).not.toContain('Quae8');
  });

  it('says nothing where there is none, and how much it searched', () => {
    write('one\ntwo\nthree');
    const result = searchLogs(folder, [planted]);
    expect(result).toEqual({ lines: 3, programs: 1, secrets: 1, leaks: [] });
    expect(searchProblems(result, false)).toEqual([]);
    expect(searchProblems(result, true)).toEqual([
      expect.stringMatching(/^nothing was searched for secrets: only 3 lines/),
    ]);
  });

  it('finds it behind many lines, and in a line that is longer than a block', () => {
    const filler = `${'x'.repeat(99)}\n`.repeat(12_000);
    expect(leaksOf(`${filler}${planted.value}\n`)).toHaveLength(1);
    // Where the search cuts a line that does not end.
    expect(leaksOf(`${'y'.repeat(5 * 2 ** 20 - 5)}${planted.value}`)).toHaveLength(1);
  });

  it('counts lines by secret and program, and cuts all of them out of a line', () => {
    write('key of 0123456789abcdef0123456789abcdef\n', 'polynya%20agent.9.stdout');
    write('test/a.test.ts\t0123456789abcdef0123456789abcdef\n', '17.secrets');
    const leaks = leaksOf(`${planted.value} and 0123456789abcdef0123456789abcdef\n${planted.value}\n`);
    expect(leaks.map(({ name, program, lines, line }) => [name, program, lines, line])).toEqual([
      ['what test/a.test.ts made at random', 'polynya agent', 1, 'key of •••'],
      [planted.name, 'polynya serve', 2, '••• and •••'],
      ['what test/a.test.ts made at random', 'polynya serve', 1, '••• and •••'],
    ]);
  });

  it('lets a command tell what it is for, and nobody else', () => {
    write('test/a.test.ts\tAbcdefgh0123456789abcdefgh01234567\n', '17.secrets');
    const line = 'pk_Abcdefgh0123456789abcdefgh01234567\n';
    write(line, 'polynya%20keys%20create.17.stdout');
    expect(searchLogs(folder, []).leaks).toEqual([]);
    for (const name of ['polynya%20keys%20create.17.stderr', 'polynya%20keys%20list.17.stdout'])
      write(line, name);
    write(`made ${line}`, 'polynya%20keys%20create.18.stdout');
    const streams = searchLogs(folder, []).leaks.map(({ program, stream }) => `${program} ${stream}`);
    expect(streams.sort()).toEqual([
      'polynya keys create stderr',
      'polynya keys create stdout',
      'polynya keys list stdout',
    ]);
  });

  it.each([
    ['a private key', '-----BEGIN EC PRIVATE KEY-----'],
    ['a key of the service or of an agent', `pk_${'a1_'.repeat(14)}`],
    ['an Authorization header', 'authorization: Bearer abcdefgh12'],
    ['an Authorization header', '{"authorization":"Basic dTpwYXNz"}'],
    ['a cookie of the service', 'cookie: polynya_session=abcdefgh12'],
    ['a JSON Web Token', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl'],
    ['a seed of NATS', `S${'UAB2'.repeat(14)}A`],
    ['the password in a URL', 'postgres://polynya:not-told@db/polynya'],
    ['a secret in a query', 'GET /api/sign-in/callback?code=abcdefgh12'],
    ['a secret in JSON', '{"credential":"abcdefgh12"}'],
    ['a secret in JSON', JSON.stringify({ body: '{"joinToken": "abcdefgh12"}' })],
    ['the password of an ICE session', 'a=ice-pwd:abcdefghijklmnopqrstuv'],
  ])('knows %s by its form', (name, line) => {
    expect(leaksOf(`${line}\n`).map((leak) => leak.name)).toEqual([name]);
  });

  it('takes what was cut out, and examples, for no secret', () => {
    const harmless = [
      'postgres://polynya:***@db/polynya',
      '{"credential":"•••••••••"}',
      '?token=<the token>',
      'https://host:8080/@me',
    ];
    expect(leaksOf(harmless.join('\n'))).toEqual([]);
  });
});

describe('the secrets of the tests', () => {
  it('are read from what is given to their names', () => {
    const source = [
      `const adminToken = 'a-token';`,
      `{ password: "b\\"c", 'x-secret': \`d e\`, secretFile: '/etc/x', credential: other }`,
      `env: { POLYNYA_TURN_SECRET: 'f' }, token: \`g \${h}\``,
    ].join('\n');
    expect(secretsIn('a.ts', source).map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'adminToken of a.ts: a-token',
      'password of a.ts: b"c',
      'secret of a.ts: d e',
      'POLYNYA_TURN_SECRET of a.ts: f',
    ]);
  });

  it('can be searched for where programs run that might log them', () => {
    const { searched, tooPlain } = literalSecrets(sourcesWithSecrets());
    expect(searched.length).toBeGreaterThan(50);
    // A guess that is to be refused, and what a browser is shown only.
    const excused = ['wrong', 'x', 'p'];
    const plain = tooPlain.filter(
      ({ name, value }) => /test\/(net|lab|web)\//.test(name) && !excused.includes(value),
    );
    expect(plain, 'give it eight characters, with a digit or a hyphen').toEqual([]);
  });

  it('are found however many there are', () => {
    const index = new SecretIndex();
    for (let i = 0; i < 2_000; i += 1) index.add(`${i}`, `secret-${i}-of-many`);
    const found = index.find(Buffer.from('x secret-1999-of-many y secret-7-of-many'));
    expect(found).toEqual([
      { name: '1999', start: 2, end: 21 },
      { name: '7', start: 24, end: 40 },
    ]);
  });
});
