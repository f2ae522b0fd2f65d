/** Browsers as the lab starts them: headless, with a fresh profile, calling nobody. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../exec.ts';

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

const preferences = {
  // Candidates with addresses, as in Chromium above.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'network.proxy.type': 0,
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.push.connection.enabled': false,
  'dom.min_background_timeout_value': 4,
  'extensions.getAddons.cache.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'services.settings.server': 'http://127.0.0.1:9/',
  'toolkit.telemetry.enabled': false,
};

const firefox: BrowserProgram = {
  program: 'firefox-esr',
  prepare: async ({ profile, caFile }) => {
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join(''));
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
