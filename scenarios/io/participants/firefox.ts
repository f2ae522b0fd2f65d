/** Firefox without a window and with a fresh profile, which opens one page and is driven by nobody. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../exec.ts';

const places = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The first that is installed; null: none is. */
export function firefoxPath(): string | null {
  return places.find((path) => existsSync(path)) ?? null;
}

/** NSS’s tool, which puts an authority into a profile. */
export function canTrust(): boolean {
  return existsSync('/usr/bin/certutil');
}

/** WebRTC may use loopback and shows its addresses, sound begins without a click, and nothing calls home. */
export const firefoxPreferences = {
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
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
  'extensions.getAddons.cache.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'media.autoplay.default': 0,
  'media.autoplay.block-webaudio': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'services.settings.server': 'http://127.0.0.1:9/',
  'toolkit.telemetry.enabled': false,
} as const;

export type Preferences = Readonly<Record<string, string | number | boolean>>;

/** Makes the folder, and puts the preferences into it. */
export function writeFirefoxProfile(profile: string, more: Preferences = {}): void {
  mkdirSync(profile, { recursive: true });
  const lines = Object.entries({ ...firefoxPreferences, ...more }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
}

/**
 * Trust in an authority, for a profile that has none yet. Servers that are named by their address get nothing of it:
 * Firefox opens TLS to a TURN server only under a host name, which it holds the certificate against.
 * @param authorityFile PEM
 * @throws Error where NSS's tool is missing
 */
export async function trustAuthority(profile: string, authorityFile: string): Promise<void> {
  const store = ['-d', `sql:${profile}`];
  await certutil(['-N', ...store, '--empty-password']);
  await certutil(['-A', ...store, '-n', 'lab', '-t', 'C,,', '-i', authorityFile]);
}

async function certutil(args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(['certutil', ...args]);
  if (code !== 0) throw new Error(`certutil (Debian: libnss3-tools): ${stderr.trim()}`);
}

export function firefoxCommand(program: string, profile: string, url: string): string[] {
  return [program, '--headless', '--no-remote', '--profile', profile, url];
}
