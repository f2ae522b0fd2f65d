/** Chromium without a window, which opens one page and is driven by nobody. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The first that is installed; null: none is. */
export function chromiumPath(): string | null {
  return places.find((path) => existsSync(path)) ?? null;
}

export interface ChromiumOptions {
  readonly program: string;
  /** A folder of its own; made by the browser. */
  readonly profile: string;
  readonly url: string;
  /** SHA-256 of the public key of a certificate that it shall trust although no authority signed it, in base64. */
  readonly trustedKey: string | null;
  /** As root there is no sandbox to be had. */
  readonly isRoot: boolean;
}

/** Switches of a browser that calls nobody and shows nothing. */
export const quietSwitches = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

export function chromiumCommand({ program, profile, url, trustedKey, isRoot }: ChromiumOptions): string[] {
  return [
    program,
    ...quietSwitches,
    `--user-data-dir=${profile}`,
    `--crash-dumps-dir=${join(profile, 'crashes')}`,
    ...(isRoot ? ['--no-sandbox'] : []),
    // Pages may use loopback for WebRTC, which Chromium leaves out otherwise.
    '--allow-loopback-in-peer-connection',
    // Names of mDNS are of no use between browsers on one host that answers no multicast.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    // The tone begins without a click.
    '--autoplay-policy=no-user-gesture-required',
    ...(trustedKey === null ? [] : [`--ignore-certificate-errors-spki-list=${trustedKey}`]),
    url,
  ];
}
