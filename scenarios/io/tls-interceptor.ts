import { makeCertificate } from './certificate.ts';
import type { Lab } from './lab.ts';

/** Runs in a router: shakes hands with a certificate that nobody trusts, and lets nothing through. */
const interceptor = `
const [keyFile, certFile, port] = process.argv.slice(1);
const { readFileSync } = require('node:fs');
require('node:tls')
  .createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (socket) => socket.on('error', () => {}).resume())
  .on('tlsClientError', () => {})
  .listen(Number(port), () => console.log('listening'));
`;

/**
 * What opens TLS in a router, as companies have it, for clients that do not know the company's authority. It stops with
 * the lab.
 * @param port where the router's rules send what is to be opened
 */
export async function startTlsInterceptor(
  lab: Lab,
  { namespace, port, plays }: { readonly namespace: string; readonly port: number; readonly plays: string },
): Promise<void> {
  const { certFile, keyFile } = await makeCertificate(lab.folder('interceptor'), plays);
  const argv = [process.execPath, '-e', interceptor, keyFile, certFile, String(port)];
  await lab.spawn(namespace, argv).waitFor(/listening/, 10_000);
}
