import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { run } from './exec.ts';

export interface Certificate {
  /** The certificate, and that of the authority after it. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The certificate alone: ejabberd takes no authority with it. */
  readonly leafFile: string;
  readonly authorityFile: string;
}

const twoDays = [
  '-x509',
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-nodes',
  '-days',
  '2',
];

/**
 * A certificate for addresses and names, by an authority of its own: Firefox takes none that signs itself
 * (MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY), whoever trusts it.
 * @param folder for its files; nobody else's
 * @throws Error with what openssl said
 */
export async function makeCertificate(folder: string, ...subjects: readonly string[]): Promise<Certificate> {
  const names = subjects.map((subject) => `${isIP(subject) === 0 ? 'DNS' : 'IP'}:${subject}`).join(',');
  const at = (file: string) => join(folder, file);
  const request = async (...argv: readonly string[]) => {
    const { code, stderr } = await run(['openssl', 'req', ...twoDays, ...argv]);
    if (code !== 0) throw new Error(`openssl (Debian: openssl): ${stderr.trim()}`);
  };
  const [authorityFile, authorityKey] = [at('authority.pem'), at('authority-key.pem')];
  await request('-subj', '/CN=Lab', '-keyout', authorityKey, '-out', authorityFile);
  const [leafFile, keyFile, certFile] = [at('leaf.pem'), at('key.pem'), at('cert.pem')];
  await request(
    ...[
      '-CA',
      authorityFile,
      '-CAkey',
      authorityKey,
      '-subj',
      '/CN=lab',
      '-keyout',
      keyFile,
      '-out',
      leafFile,
    ],
    ...['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  writeFileSync(certFile, `${readFileSync(leafFile, 'utf8')}${readFileSync(authorityFile, 'utf8')}`);
  return { certFile, keyFile, leafFile, authorityFile };
}

/**
 * As Chromium names a key in `--ignore-certificate-errors-spki-list`: SHA-256 of the SubjectPublicKeyInfo, in base64
 * (as in RFC 7469 §2.4). It then takes a chain with this key without looking at names, dates and issuers.
 * @param certificateFile PEM; of several certificates the first counts
 */
export function publicKeyHash(certificateFile: string): string {
  const { publicKey } = new X509Certificate(readFileSync(certificateFile));
  const info = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(info).digest('base64');
}
