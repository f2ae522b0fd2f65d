/** The linter and the installed coturn read the same file: what one calls void, the other drops. Loopback only. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedVersion } from '../../turn/io/lint-environment.ts';
import { nothingKnown } from '../../turn/lint/environment.ts';
import { judge } from '../../turn/lint/lint.ts';
import { parseConf } from '../../turn/lint/parse-conf.ts';
import type { CoturnVersion } from '../../turn/lint/version.ts';
import { freePort } from '../free-port.ts';

/** The server has read the whole file when it logs this last line. */
const lastAddress = '192.0.2.77';

let folder: string;
let installed: CoturnVersion;

beforeAll(async () => {
  const version = await installedVersion();
  if (version === null) throw new Error('turnserver is not installed');
  installed = version;
  folder = mkdtempSync(join(tmpdir(), 'polynya-lint-coturn-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts coturn with the lines, and stops it once it has read them; with `toTheEnd` it must end by itself. */
async function readByCoturn(lines: string, toTheEnd = false): Promise<{ log: string; code: number | null }> {
  const file = join(folder, 'turnserver.conf');
  const own = `listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=${await freePort()}
no-tls
no-dtls
no-cli
log-file=stdout
pidfile=${join(folder, 'pid')}
userdb=${join(folder, 'db')}
user=a:b
realm=a.org
`;
  writeFileSync(file, `${lines}\n${own}denied-peer-ip=${lastAddress}\n`);
  return new Promise((done, fail) => {
    const server = spawn('turnserver', ['-c', file], { cwd: folder, timeout: 20_000, killSignal: 'SIGKILL' });
    let log = '';
    const read = (chunk: unknown) => {
      log += String(chunk);
      if (!toTheEnd && log.includes(`listing: ${lastAddress}`)) server.kill('SIGKILL');
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('error', fail);
    server.once('close', (code) => done({ log, code }));
  });
}

const found = (lines: string) => judge(lines, installed, nothingKnown);

describe('turn lint beside the installed coturn', () => {
  it('the same options are unknown to both', async () => {
    const lines = [
      '--lt-cred-mech',
      'stale_nonce=600',
      '\ufeffserver-name=a.org',
      '\u00a0server-name=a.org',
      'denylist-ip=10.0.0.1',
      'server-name = a.org',
      '\tserver-name\ta.org',
      'no-rfc5780=0',
      'nope',
      'user-quota="12"',
      ' # user-quota=1',
    ].join('\n');
    const { log } = await readByCoturn(lines);
    expect(log).toContain(`listing: ${lastAddress}`);
    const dropped = new Set([...log.matchAll(/Bad configuration format: (.*)/g)].map(([, name]) => name));
    const rules = ['unknown-option', 'option-not-in-version', 'odd-characters'];
    const judged = found(lines).filter(({ rule }) => rules.includes(rule.name));
    const ours = new Set(judged.map(({ finding }) => finding.option));
    expect([...ours].sort()).toEqual([...dropped].sort());
    expect(ours.size).toBe(6);
  });

  it('the same peer ranges are void for both', async () => {
    const values = [
      '10.0.0.0/8',
      '10.0.0.1,10.0.0.2',
      '10.0.0.1 # comment',
      '10.0.0.1;',
      '10.0.0.0-10.255.255.255',
      '10.0.0.1 - 10.0.0.5',
      '"10.0.0.1"',
      'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      '10.0.0.5',
    ];
    const lines = values.map((value) => `denied-peer-ip=${value}`).join('\n');
    const { log } = await readByCoturn(lines);
    expect(log).toContain(`listing: ${lastAddress}`);
    const dropped = new Set(
      [...log.matchAll(/Wrong address format: (.*)/g)].map(([, value]) => value?.trim()),
    );
    const rules = [
      'peer-range-cidr',
      'peer-range-list',
      'trailing-comment',
      'trailing-semicolon',
      'peer-range-not-an-address',
    ];
    const ours = new Set(
      found(lines)
        .filter(({ rule }) => rules.includes(rule.name))
        .map(({ finding }) => finding.line),
    );
    const { entries } = parseConf(lines);
    expect(entries.filter(({ line }) => ours.has(line)).map(({ value }) => value)).toEqual([...dropped]);
    expect(ours.size).toBe(4);
  });

  it('what --fix makes of them is read without complaint', async () => {
    const { fixText } = await import('../../turn/lint/fix.ts');
    const lines =
      'denied-peer-ip=10.0.0.0/8 # lan\nstale_nonce=600\n\ufeffno-multicast-peers\ndenied-peer-ip=172.16.0.0/12;\n';
    const { log } = await readByCoturn(fixText(lines, installed, nothingKnown).text);
    expect(log).toContain('listing: 10.0.0.0-10.255.255.255');
    expect(log).toContain('listing: fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
    expect(log).not.toMatch(/Bad configuration|Wrong address|ERROR/);
  });

  it.each([
    ['bad-boolean', 'fingerprint=maybe'],
    ['trailing-comment', 'fingerprint # always'],
    ['credentials-contradiction', 'lt-cred-mech\nno-auth'],
    ['capacity-without-session-limit', 'bps-capacity=1000'],
    ['no-relay-transport', 'no-udp-relay\nno-tcp-relay'],
  ])('%s: the server does not start with it', async (rule, lines) => {
    expect(found(lines).map((one) => one.rule.name)).toContain(rule);
    const { code, log } = await readByCoturn(lines, true);
    expect(log).toContain('ERROR');
    expect(code).toBe(255);
  });
});
