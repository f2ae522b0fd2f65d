import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../../turn/io/stream-listener.ts';

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
/** Without the system's settings, which would make every certificate an authority. */
const settings = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
[host]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
`;

/** A certificate for `localhost`, for clients that look at it; its authority is `authority.pem` in the folder. */
export function makeCertificate(folder: string): Certificate & { readonly authority: string } {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('settings'), settings);
  const request = (name: string, kind: string, more: readonly string[]): void => {
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)];
    const what = ['-config', path('settings'), '-extensions', kind, '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...elliptic, ...what, ...files, ...more], { stdio: 'ignore' });
  };
  request('authority', 'authority', []);
  request('localhost', 'host', ['-CA', path('authority.pem'), '-CAkey', path('authority.key')]);
  return {
    cert: readFileSync(path('localhost.pem'), 'utf8'),
    key: readFileSync(path('localhost.key'), 'utf8'),
    authority: path('authority.pem'),
  };
}
