/** Browsers as the lab starts them: headless, with a fresh profile, calling nobody. */
import { publicKeyHash } from '../../certificate.ts';
import { quietSwitches } from '../../participants/chromium.ts';
import { type Preferences, trustAuthority, writeFirefoxProfile } from '../../participants/firefox.ts';

export interface BrowserProgram {
  readonly program: string;
  /** @throws Error when the profile cannot be made */
  prepare(place: BrowserPlace): Promise<void>;
  args(place: BrowserPlace, url: string): readonly string[];
}

export interface BrowserPlace {
  /** Empty at first; also its HOME. */
  readonly profile: string;
  /** PEM file with the certificate that signs the TURN server's; null: none. */
  readonly caFile: string | null;
  /** HTTP proxy, the only way out of its network; both browsers then reach TURN over TCP and TLS by CONNECT. Null: none. */
  readonly proxy: URL | null;
}

const chromium: BrowserProgram = {
  program: 'chromium',
  prepare: async () => {},
  args: ({ profile, caFile, proxy }, url) => [
    ...quietSwitches,
    // The lab is root's, and its own sandbox.
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-extensions',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--autoplay-policy=no-user-gesture-required',
    // Candidates with addresses, as pages with a granted camera have them: nothing here resolves `….local`.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    ...(caFile === null ? [] : [`--ignore-certificate-errors-spki-list=${publicKeyHash(caFile)}`]),
    // Loopback, where the page comes from, is left out of itself.
    ...(proxy === null ? [] : [`--proxy-server=${proxy.host}`]),
    `--user-data-dir=${profile}`,
    url,
  ],
};

/** Besides those of every Firefox that nobody drives. */
const preferences: Preferences = {
  // A lab has links of its own, so loopback would only be a path that nobody asked for.
  'media.peerconnection.ice.loopback': false,
  'dom.min_background_timeout_value': 4,
};

const firefox: BrowserProgram = {
  program: 'firefox-esr',
  prepare: async ({ profile, caFile, proxy }) => {
    writeFirefoxProfile(profile, { ...preferences, ...(proxy === null ? {} : proxyPreferences(proxy)) });
    if (caFile !== null) await trustAuthority(profile, caFile);
  },
  args: ({ profile }, url) => ['--headless', '--no-remote', '--profile', profile, url],
};

/** Set by hand (type 1); loopback, where the page comes from, is left out of itself. */
function proxyPreferences({ hostname, port }: URL): Preferences {
  return {
    'network.proxy.type': 1,
    'network.proxy.http': hostname,
    'network.proxy.http_port': Number(port),
    'network.proxy.ssl': hostname,
    'network.proxy.ssl_port': Number(port),
  };
}

export const browserPrograms = { chromium, firefox } as const;
export type BrowserName = keyof typeof browserPrograms;
