/** Browsers as the lab starts them: headless, with a fresh profile, calling nobody. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { run } from '../../exec.ts';
import { type Preferences, writeFirefoxProfile } from '../../participants/firefox.ts';

export interface BrowserProgram {
  readonly program: string;
  /** @throws Error when the profile cannot be made */
  prepare(place: BrowserPlace): Promise<void>;
  args(place: BrowserPlace, url: string): readonly string[];
}

export interface BrowserPlace {
  /** Empty at first; also its HOME. */
  readonly profile: string;
  /** PEM file with the certificate of the TURN server; null: none. */
  readonly caFile: string | null;
}

const chromium: BrowserProgram = {
  program: 'chromium',
  prepare: async () => {},
  args: ({ profile, caFile }, url) => [
    '--headless',
    // The lab is root's, and its own sandbox.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--autoplay-policy=no-user-gesture-required',
    // Candidates with addresses, as pages with a granted camera have them: nothing here resolves `….local`.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...(caFile === null ? [] : [`--ignore-certificate-errors-spki-list=${publicKeyHash(caFile)}`]),
    `--user-data-dir=${profile}`,
    url,
  ],
};

/** As Chromium names a key: SHA-256 of the SubjectPublicKeyInfo, in base64. */
function publicKeyHash(certificateFile: string): string {
  const { publicKey } = new X509Certificate(readFileSync(certificateFile));
  const info = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(info).digest('base64');
}

/** Besides those of every Firefox that nobody drives. */
const preferences: Preferences = {
  // A lab has links of its own, so loopback would only be a path that nobody asked for.
  'media.peerconnection.ice.loopback': false,
  'dom.min_background_timeout_value': 4,
};

const firefox: BrowserProgram = {
  program: 'firefox-esr',
  prepare: async ({ profile, caFile }) => {
    writeFirefoxProfile(profile, preferences);
    if (caFile === null) return;
    const store = ['-d', `sql:${profile}`];
    await certutil(['-N', ...store, '--empty-password']);
    await certutil(['-A', ...store, '-n', 'lab', '-t', 'C,,', '-i', caFile]);
  },
  args: ({ profile }, url) => ['--headless', '--no-remote', '--profile', profile, url],
};

async function certutil(args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(['certutil', ...args]);
  if (code !== 0) throw new Error(`certutil (Debian: libnss3-tools): ${stderr.trim()}`);
}

export const browserPrograms = { chromium, firefox } as const;
export type BrowserName = keyof typeof browserPrograms;
