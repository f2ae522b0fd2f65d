import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedVersion, lintEnvironment } from '../../../../turn/io/lint-environment.ts';
import { rulesFor } from './samples.ts';

const vectors = fileURLToPath(new URL('../../../vectors/tls/', import.meta.url));
let folder: string;
let conf: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-lint-env-'));
  conf = join(folder, 'turnserver.conf');
  for (const name of ['valid.pem', 'expired.pem', 'key.pem'])
    copyFileSync(join(vectors, name), join(folder, name));
  writeFileSync(join(folder, 'text.pem'), 'not a certificate\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function facts(text: string, mode = 0o640, hooks = join(folder, 'no-hooks')) {
  writeFileSync(conf, text);
  chmodSync(conf, mode);
  return lintEnvironment(conf, text, hooks);
}

describe('what the linter looks up on the host', () => {
  it.each([0o640, 0o644, 0o600])('the mode of the file: %o', (mode) => {
    expect(facts('', mode).fileMode).toBe(mode);
  });

  it('a certificate with its key, named absolutely or beside the file', () => {
    for (const prefix of [`${folder}/`, '']) {
      const found = facts(`cert=${prefix}valid.pem\npkey=${prefix}key.pem`);
      expect(found.certificate).toMatchObject({ readable: true, certificates: 1 });
      expect(found.key).toEqual({ readable: true, matchesCertificate: true, hiddenFrom: null });
      expect(rulesFor(`cert=${prefix}valid.pem\npkey=${prefix}key.pem`, '4.17.1', found)).not.toContain(
        'certificate-unusable',
      );
    }
  });

  it('an expired certificate', () => {
    const text = `cert=${folder}/expired.pem\npkey=${folder}/key.pem`;
    const found = facts(text);
    expect(found.certificate?.notAfterMs).toBeLessThan(Date.now());
    expect(rulesFor(text, '4.17.1', found)).toContain('certificate-unusable');
  });

  it('a file that is no certificate, and one that is missing', () => {
    expect(facts(`cert=${folder}/text.pem`).certificate).toMatchObject({ readable: true, certificates: 0 });
    expect(facts(`cert=${folder}/nothing.pem`).certificate).toMatchObject({ readable: false });
    expect(facts(`pkey=${folder}/nothing.pem`).key).toEqual({
      readable: false,
      matchesCertificate: null,
      hiddenFrom: null,
    });
    // coturn looks for relative names in folders of its own.
    expect(facts('cert=nothing.pem').certificate).toBeNull();
  });

  it('a key of another certificate', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(folder, 'other.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const text = `cert=${folder}/valid.pem\npkey=${folder}/other.pem`;
    const found = facts(text);
    expect(found.key).toEqual({ readable: true, matchesCertificate: false, hiddenFrom: null });
    expect(rulesFor(text, '4.17.1', found)).toContain('certificate-unusable');
  });

  it('the deploy hooks of certbot, only where its certificate is used', () => {
    const hooks = join(folder, 'hooks');
    mkdirSync(hooks, { recursive: true });
    const text = 'cert=/etc/letsencrypt/live/x.example/fullchain.pem';
    expect(facts('', 0o640, hooks).renewalHook).toBeNull();
    expect(facts(text).renewalHook).toBe(false);
    writeFileSync(join(hooks, 'web.sh'), 'systemctl reload nginx\n');
    expect(facts(text, 0o640, hooks).renewalHook).toBe(false);
    writeFileSync(join(hooks, 'turn.sh'), 'systemctl kill -s USR2 coturn\n');
    expect(facts(text, 0o640, hooks).renewalHook).toBe(true);
  });

  it('the installed version, as the program prints it', async () => {
    const program = join(folder, 'turnserver');
    writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && echo "0: : a warning" && echo 4.9.0\n', {
      mode: 0o755,
    });
    expect((await installedVersion(program))?.text).toBe('4.9.0');
    writeFileSync(program, '#!/bin/sh\necho nonsense\n');
    expect(await installedVersion(program)).toBeNull();
    expect(await installedVersion(join(folder, 'absent'))).toBeNull();
  });
});
