/** Certificates as the lab and comparisons make them, looked at with openssl. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate, publicKeyHash } from '../../scenarios/io/certificate.ts';

describe('a certificate of an authority of its own', () => {
  let folder: string;
  let made: Certificate;
  const openssl = (...argv: readonly string[]) => execFileSync('openssl', argv);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-certificate-'));
    made = await makeCertificate(folder, 'turn.lab.example', '11.78.1.10', '2a11:78:1::10');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is for names and addresses, and the authority vouches for it', () => {
    const text = openssl('x509', '-in', made.leafFile, '-noout', '-ext', 'subjectAltName').toString();
    expect(text).toContain('DNS:turn.lab.example, IP Address:11.78.1.10, IP Address:2A11:78:1:0:0:0:0:10');
    const verified = openssl('verify', '-CAfile', made.authorityFile, made.leafFile).toString();
    expect(verified).toMatch(/: OK$/m);
  });

  it('is named by the hash of its key, that of the first certificate in a file', () => {
    const key = openssl('x509', '-in', made.leafFile, '-noout', '-pubkey');
    const info = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: key });
    const expected = createHash('sha256').update(info).digest('base64');
    expect(publicKeyHash(made.certFile)).toBe(expected);
    expect(publicKeyHash(made.authorityFile)).not.toBe(expected);
  });

  it('what openssl says of a subject that is none is told', async () => {
    await expect(makeCertificate(join(folder, 'nowhere'), 'a.example')).rejects.toThrow(
      /^openssl .*nowhere/s,
    );
  });
});
