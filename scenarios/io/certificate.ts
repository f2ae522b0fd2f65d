import { join } from 'node:path';
import type { Lab } from './lab.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A self-signed certificate for addresses of the lab, good for two days. @throws Error with what openssl said */
export async function makeCertificate(
  lab: Lab,
  folder: string,
  ...addresses: readonly string[]
): Promise<Certificate> {
  const names = addresses.map((address) => `IP:${address}`).join(',');
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const { code, stderr } = await lab.run(lab.server, [
    ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=lab', '-addext', `subjectAltName=${names}`],
    ...['-keyout', keyFile, '-out', certFile],
  ]);
  if (code !== 0) throw new Error(`openssl: ${stderr.trim()}`);
  return { certFile, keyFile };
}
