/** The certificate of the service: the operator’s, or a self-signed one that is kept over restarts. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { createSecureContext } from 'node:tls';
import type { ServeConfig } from '../../contract/config.ts';
import { failure } from '../../contract/failures.ts';
import { lanAddresses } from '../addresses.ts';
import { ServiceStartError } from '../fault.ts';
import { isWildcard } from '../loopback.ts';
import { isPostgresUrl } from '../store/postgres/url.ts';
import { writeOwnerFile } from './owner-file.ts';
import { type KeyAndCertificate, makeSelfSigned } from './self-signed.ts';

export interface ServiceCertificate extends KeyAndCertificate {
  /** SHA-256 of the certificate, as browsers show it. */
  readonly fingerprint: string;
  readonly isSelfSigned: boolean;
  /** File of the certificate, for clients that are to trust it; null: it is not kept. */
  readonly certFile: string | null;
}

const dayMs = 86_400_000;
/** Apple’s systems take no longer ones than 825 days (support.apple.com/103769). */
const lifeDays = 365;
/** Made anew when it has no more than this left at a start. */
const renewDays = 30;

/** Null: plain HTTP. Throws {@link ServiceStartError} with `config-invalid`. */
export function serviceCertificate(config: ServeConfig, now: Date): ServiceCertificate | null {
  const { tls } = config;
  if (tls === null) return null;
  return tls === 'self' ? selfSigned(config, now) : given(tls);
}

function given({ cert: certFile, key: keyFile }: { cert: string; key: string }): ServiceCertificate {
  const pair = { cert: read(certFile), key: read(keyFile) };
  try {
    createSecureContext(pair);
    return { ...pair, fingerprint: fingerprintOf(pair.cert), isSelfSigned: false, certFile };
  } catch (error) {
    throw invalid(`${certFile}, ${keyFile}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`${file}: ${error instanceof Error && 'code' in error ? error.code : 'cannot be read'}`);
  }
}

function invalid(problem: string): ServiceStartError {
  return new ServiceStartError(failure('config-invalid', `tls: ${problem}`));
}

/**
 * Beside the store (of PostgreSQL: where the service runs), so that a device that has accepted it once is not asked
 * again after a restart.
 */
function selfSigned(config: ServeConfig, now: Date): ServiceCertificate {
  const names = namesOf(config.host);
  const isKept = config.store !== ':memory:';
  const beside = isPostgresUrl(config.store) ? 'polynya' : config.store;
  const [certFile, keyFile] = [`${beside}.cert.pem`, `${beside}.key.pem`];
  const known = isKept ? stored(certFile, keyFile) : null;
  if (known !== null && isGood(known.cert, names, now)) {
    return { ...known, fingerprint: fingerprintOf(known.cert), isSelfSigned: true, certFile };
  }
  // An hour back: clocks of phones are not always right.
  const notBefore = new Date(now.getTime() - 3_600_000);
  const notAfter = new Date(now.getTime() + lifeDays * dayMs);
  const made = makeSelfSigned({ names, notBefore, notAfter });
  if (isKept) {
    writeOwnerFile(keyFile, made.key);
    writeOwnerFile(certFile, made.cert);
  }
  return {
    ...made,
    fingerprint: fingerprintOf(made.cert),
    isSelfSigned: true,
    certFile: isKept ? certFile : null,
  };
}

/** By which the service may be called. */
function namesOf(host: string): string[] {
  const own = isWildcard(host) ? [hostname(), ...lanAddresses()] : [host];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...own])];
}

function stored(certFile: string, keyFile: string): KeyAndCertificate | null {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch {
    // Not there yet, or not whole: another one takes its place.
    return null;
  }
}

function isGood(cert: string, names: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(cert);
  const daysLeft = (Date.parse(certificate.validTo) - now.getTime()) / dayMs;
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
  return daysLeft > renewDays && names.every(covers);
}

function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}
