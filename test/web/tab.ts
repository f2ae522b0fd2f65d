/** One page in Debian’s Chromium or Firefox, told what to do in the same words. */
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { openPage } from './dashboard-stage.ts';
import { firefoxObstacle } from './firefox.ts';
import { openFirefox } from './firefox-page.ts';
import { type Tab, waitUntil } from './tab-page.ts';

export const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

/** Why not both of them can run here; null when they can. */
export const tabObstacle = checkObstacle({ coturn: false }) ?? firefoxObstacle;

export interface TabOptions {
  /** Where it is launched. It has the addresses of that namespace and no loopback, as a visitor’s browser has. */
  readonly namespace: string;
  /** Most wanted language. Default `en-GB`. */
  readonly language?: string;
  readonly colorScheme?: 'light' | 'dark';
}

export function openTab(browser: BrowserName, options: TabOptions): Promise<Tab> {
  return browser === 'firefox' ? openFirefoxTab(options) : openChromiumTab(options);
}

function openFirefoxTab({ namespace, language = 'en-GB', colorScheme = 'light' }: TabOptions): Promise<Tab> {
  return openFirefox({
    namespace,
    preferences: {
      'media.peerconnection.ice.loopback': false,
      'intl.accept_languages': language,
      // 0: dark, 1: light.
      'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : 1,
    },
  });
}

async function openChromiumTab({ namespace, language, colorScheme }: TabOptions): Promise<Tab> {
  const browser = await launchCheckBrowser({ namespace, loopback: false });
  const { page, problems } = await openPage(browser, {
    locale: language ?? 'en-GB',
    colorScheme: colorScheme ?? 'light',
  });
  const evaluate = (expression: string): Promise<unknown> => page.evaluate(expression);
  return {
    goto: async (url) => {
      await page.goto(url);
    },
    evaluate,
    waitFor: (expression, timeoutMs) => waitUntil(evaluate, expression, timeoutMs),
    resize: (width, height) => page.setViewportSize({ width, height }),
    screenshot: async (path) => {
      await page.screenshot({ path, fullPage: true });
    },
    problems,
    close: () => browser.close(),
  };
}
