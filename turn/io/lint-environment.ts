/** What the linter may know beside the file: rights, certificate and key, the installed coturn. */
import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateFacts, KeyFacts, LintEnvironment } from '../lint/environment.ts';
import { type ConfEntry, parseConf } from '../lint/parse-conf.ts';
import { type CoturnVersion, parseVersion } from '../lint/version.ts';
import { hostUser, mayRead } from './file-rights.ts';

/** `turnserver --version`; null where none is installed or its answer is no version. */
export async function installedVersion(program = 'turnserver'): Promise<CoturnVersion | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], {
      timeout: 5000,
      maxBuffer: 65_536,
    });
    const line = stdout.split('\n').findLast((text) => parseVersion(text) !== null);
    return line === undefined ? null : parseVersion(line);
  } catch {
    return null;
  }
}

/**
 * Facts about the linted file and the certificate that it names. Relative names are looked up beside the file;
 * coturn looks in its own folders, so a relative name that is not there says nothing.
 */
export function lintEnvironment(
  file: string,
  text: string,
  hookFolder = '/etc/letsencrypt/renewal-hooks/deploy',
): LintEnvironment {
  const { entries } = parseConf(text);
  const cert = lastOf(entries, 'cert');
  const pkey = lastOf(entries, 'pkey');
  const password = lastOf(entries, 'pkey-pwd');
  const certificatePath = pathOf(cert, file);
  const keyPath = pathOf(pkey, file);
  const pem = certificatePath === null ? null : read(certificatePath);
  const keyOf = (path: string): KeyFacts | null => {
    const content = keyFacts(read(path), pem, password);
    return content === null ? null : { ...content, hiddenFrom: hiddenFrom(path, file, entries) };
  };
  return {
    nowMs: Date.now(),
    fileMode: statSync(file).mode & 0o777,
    certificate: pem === null ? null : certificateFacts(pem),
    key: keyPath === null ? null : keyOf(keyPath),
    renewalHook: cert?.startsWith('/etc/letsencrypt/') ? hasHook(hookFolder) : null,
  };
}

function lastOf(entries: readonly ConfEntry[], option: string): string | null {
  return entries.findLast((entry) => entry.option === option)?.value ?? null;
}

function pathOf(name: string | null, file: string): string | null {
  if (name === null || name === '' || name.includes('#')) return null;
  if (isAbsolute(name)) return name;
  const beside = join(dirname(file), name);
  return read(beside).kind === 'absent' ? null : beside;
}

type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' };

function read(path: string): Content {
  try {
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    return denied ? { kind: 'denied' } : { kind: 'absent' };
  }
}

/** Not being allowed to look says nothing about the server, which runs as another user. */
function certificateFacts(content: Content): CertificateFacts | null {
  if (content.kind === 'denied') return null;
  const nothing = { certificates: 0, notAfterMs: null, selfSigned: false };
  if (content.kind === 'absent') return { readable: false, ...nothing };
  const blocks = content.text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const leaf = new X509Certificate(blocks[0] ?? '');
    return {
      readable: true,
      certificates: blocks.length,
      notAfterMs: Date.parse(leaf.validTo),
      selfSigned: leaf.subject === leaf.issuer,
    };
  } catch {
    return { readable: true, ...nothing };
  }
}

type KeyContent = Pick<KeyFacts, 'readable' | 'matchesCertificate'>;

function keyFacts(content: Content, certificate: Content | null, password: string | null): KeyContent | null {
  if (content.kind === 'denied') return null;
  if (content.kind === 'absent') return { readable: false, matchesCertificate: null };
  if (certificate?.kind !== 'text') return { readable: true, matchesCertificate: null };
  try {
    const key = createPrivateKey({ key: content.text, ...(password !== null && { passphrase: password }) });
    return { readable: true, matchesCertificate: new X509Certificate(certificate.text).checkPrivateKey(key) };
  } catch {
    return { readable: true, matchesCertificate: null };
  }
}

/** Debian's unit runs coturn as this user from the start. */
const packagedUser = 'turnserver';

/** Who cannot read the configuration either is not the user that the server runs as. */
function hiddenFrom(path: string, file: string, entries: readonly ConfEntry[]): string | null {
  const name = lastOf(entries, 'proc-user') ?? packagedUser;
  const user = hostUser(name);
  if (user === null || mayRead(user, resolve(file)) !== true) return null;
  return mayRead(user, resolve(path)) === false ? name : null;
}

function hasHook(folder: string): boolean | null {
  try {
    return readdirSync(folder).some((name) => {
      const content = read(join(folder, name));
      return content.kind === 'text' && /coturn|turnserver/i.test(content.text);
    });
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? false : null;
  }
}
