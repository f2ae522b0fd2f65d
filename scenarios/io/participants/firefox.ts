/** Firefox without a window and with a fresh profile, which opens one page and is driven by nobody. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const places = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The first that is installed; null: none is. */
export function firefoxPath(): string | null {
  return places.find((path) => existsSync(path)) ?? null;
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

export function firefoxCommand(program: string, profile: string, url: string): string[] {
  return [program, '--headless', '--no-remote', '--profile', profile, url];
}
