import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

export interface Certificate {
  /** The certificate, and that of the authority after it. */
  readonly certFile: string;
  readonly keyFile: string;
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
 * A certificate for addresses of the lab, by an authority of its own: Firefox takes none that signs itself
 * (MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY), whoever trusts it.
 * @throws Error with what openssl said
 */
export async function makeCertificate(
  lab: Lab,
  folder: string,
  ...addresses: readonly string[]
): Promise<Certificate> {
  const names = addresses.map((address) => `IP:${address}`).join(',');
  const at = (file: string) => join(folder, file);
  const request = async (...argv: readonly string[]) => {
    const { code, stderr } = await lab.run(lab.server, ['openssl', 'req', ...twoDays, ...argv]);
    if (code !== 0) throw new Error(`openssl: ${stderr.trim()}`);
  };
  const [authorityFile, authorityKey] = [at('authority.pem'), at('authority-key.pem')];
  await request('-subj', '/CN=Lab', '-keyout', authorityKey, '-out', authorityFile);
  const [leaf, keyFile, certFile] = [at('leaf.pem'), at('key.pem'), at('cert.pem')];
  await request(
    ...['-CA', authorityFile, '-CAkey', authorityKey, '-subj', '/CN=lab', '-keyout', keyFile, '-out', leaf],
    ...['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  writeFileSync(certFile, `${readFileSync(leaf, 'utf8')}${readFileSync(authorityFile, 'utf8')}`);
  return { certFile, keyFile, authorityFile };
}
