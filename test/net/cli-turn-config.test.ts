/** `polynya turn config` as users run it: what is written where, and what never stands on a screen. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

const tls = fileURLToPath(new URL('../vectors/tls', import.meta.url));

let folder: string;
beforeAll(() => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function config(...args: readonly string[]): Promise<Ended> {
  const files = ['--cert', join(tls, 'valid.pem'), '--key', join(tls, 'key.pem')];
  // Of an option that is given twice the last one counts.
  const usual = ['--for', '4.6.1', '--realm', 'turn.example.org', ...files];
  return runCli(['turn', 'config', ...usual, ...args]);
}

const p2p = ['--purpose', 'p2p', '--address', '11.78.1.10'];
const secretIn = (text: string) => /^static-auth-secret=(.*)$/m.exec(text)?.[1];

describe('polynya turn config', () => {
  it('prints the file without its secret where no file is named', async () => {
    const { code, stdout, stderr } = await config(...p2p);
    expect(code).toBe(0);
    expect(stdout).toContain('\nuse-auth-secret\n');
    expect(secretIn(stdout)).toBeUndefined();
    expect(stderr).toContain('--out FILE');
  });

  it('writes a file for its owner only, with a secret that it shows nowhere', async () => {
    const file = join(folder, 'made.conf');
    const { code, stdout, stderr } = await config(...p2p, '--out', file);
    expect([code, stdout]).toEqual([0, '']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = secretIn(readFileSync(file, 'utf8')) ?? '';
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(stderr).not.toContain(secret);
    expect(stderr).toContain('turn:11.78.1.10:3478?transport=udp');

    const again = await config(...p2p, '--out', file);
    expect(again.code).toBe(3);
    expect(secretIn(readFileSync(file, 'utf8'))).toBe(secret);
  });

  it('takes the secret from a file, and refuses one that coturn would read otherwise', async () => {
    const secretFile = join(folder, 'secret');
    const secret = 'K7f-q2.Zx9_wB4nVtR8sLm';
    writeFileSync(secretFile, `${secret}\n# more\n`);
    const file = join(folder, 'given.conf');
    const { code, stderr } = await config(...p2p, '--secret-file', secretFile, '--out', file);
    expect(code).toBe(0);
    expect(secretIn(readFileSync(file, 'utf8'))).toBe(secret);
    expect(stderr).not.toContain(secret);

    for (const bad of ['short', 'a secret with blanks in it', 'K7f-q2.Zx9_wB4nVtR8s#Lm', '']) {
      writeFileSync(secretFile, bad);
      const refused = await config(...p2p, '--secret-file', secretFile, '--out', join(folder, 'bad.conf'));
      expect([bad, refused.code]).toEqual([bad, 2]);
      if (bad !== '') expect(refused.stderr).not.toContain(bad);
    }
    expect(existsSync(join(folder, 'bad.conf'))).toBe(false);
  });

  it('says what the linter still finds: here the certificate is not there', async () => {
    const file = join(folder, 'nocert.conf');
    const { code, stderr } = await config(...p2p, '--out', file, '--cert', join(folder, 'none.pem'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/turn lint: certificate-unusable: The certificate file cannot be read/);
  });

  it.each([
    [['--purpose', 'p2p', '--address', '10.0.0.5'], /not public \(private\)/],
    [['--purpose', 'sfu', '--address', '11.78.1.10'], /--sfu ADDRESS/],
    [['--purpose', 'tea', '--address', '11.78.1.10'], /p2p/],
    [['--address', '11.78.1.10'], /--purpose/],
  ])('%j ends with 2', async (args, said) => {
    const { code, stderr } = await config(...args);
    expect([code, said.test(stderr)]).toEqual([2, true]);
  });
});
