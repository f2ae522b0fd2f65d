/** What a rule may know beside the file itself; collected in `turn/io/lint-environment.ts`. null: not known. */
export interface CertificateFacts {
  readonly readable: boolean;
  /** Number of certificates in the PEM file; 0: none could be read. */
  readonly certificates: number;
  readonly notAfterMs: number | null;
  readonly selfSigned: boolean;
}

export interface KeyFacts {
  readonly readable: boolean;
  /** null: could not be told, e.g. because the key is encrypted. */
  readonly matchesCertificate: boolean | null;
  /** Name of the user that the server most likely runs as, where that one may not read the file; null: no such thing known. */
  readonly hiddenFrom: string | null;
}

export interface LintEnvironment {
  /** Wall clock, to judge expiry. */
  readonly nowMs: number | null;
  /** Permission bits of the linted file, e.g. 0o640. */
  readonly fileMode: number | null;
  readonly certificate: CertificateFacts | null;
  readonly key: KeyFacts | null;
  /** A deploy hook of certbot that names turnserver or coturn exists. */
  readonly renewalHook: boolean | null;
}

/** Rules that need more than the file then say nothing. */
export const nothingKnown: LintEnvironment = {
  nowMs: null,
  fileMode: null,
  certificate: null,
  key: null,
  renewalHook: null,
};
