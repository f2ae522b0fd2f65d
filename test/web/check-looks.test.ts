/**
 * Every state of the Check page behind a lab’s NATs, in Chromium and Firefox. The suite looks at a few of them in Firefox;
 * POLYNYA_SCREENSHOTS=1 at all of them in both, and leaves pictures in test/artifacts/: wide, narrow and dark.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newLinkSchema } from '../../contract/links.ts';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { type SiteName, siteSpec } from './check-faults/networks.ts';
import { artifacts } from './check-stage.ts';
import { askLabService, startLabService } from './lab-service.ts';
import { type BrowserName, browserNames, openTab, tabObstacle } from './tab.ts';
import type { Tab } from './tab-page.ts';

const obstacle = tabObstacle ?? labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`skipped: ${obstacle}`);

const isForPictures = process.env['POLYNYA_SCREENSHOTS'] === '1';
const folder = join(artifacts, 'check');

const dropService = [
  'add table inet cut',
  'add chain inet cut forward { type filter hook forward priority -10; }',
  'add rule inet cut forward tcp dport 7478 reject with tcp reset',
].join('; ');
/** Commands that break something, and that mend it again. */
const cuts = {
  cable: [
    ['ip', 'link', 'set', 'lan0', 'down'],
    ['ip', 'link', 'set', 'lan0', 'up'],
  ],
  service: [
    ['nft', dropService],
    ['nft', 'delete table inet cut'],
  ],
} as const;

interface Scene {
  readonly tab: Tab;
  /** Opens a page of the service whose TURN server is there over UDP and TCP, or over UDP alone. */
  open(path: string, over?: 'both' | 'udp'): Promise<void>;
  /** Of the service with both transports. */
  api(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** In the visitor’s router, until the scene is over. */
  cut(what: keyof typeof cuts): Promise<void>;
}

interface State {
  readonly name: string;
  readonly site?: SiteName;
  readonly language?: string;
  readonly colorScheme?: 'dark';
  /** Default: both. */
  readonly only?: BrowserName;
  /** Looked at by the suite too. */
  readonly quick?: true;
  /** Brings the page there; gives what must hold. */
  readonly reach: (scene: Scene) => Promise<string>;
}

const start = `document.getElementById('start').click()`;
const shown = `!document.getElementById('start').hidden`;
const done = `document.body.dataset.phase === 'done' && document.getElementById('sending').textContent !== ''`;
const told = (code: string): string =>
  `${done} && document.getElementById('verdict').dataset.code === '${code}'`;

const states: readonly State[] = [
  {
    name: 'ready',
    reach: async ({ open }) => {
      await open('/check');
      return shown;
    },
  },
  {
    name: 'running',
    reach: async ({ open, tab }) => {
      await open('/check');
      await tab.waitFor(shown, 10_000);
      await tab.evaluate(start);
      return `document.querySelector('[data-step=relay][data-status=running]') !== null`;
    },
  },
  {
    name: 'good',
    quick: true,
    reach: async ({ open }) => {
      await open('/check?auto=1');
      return told('direct-and-relay');
    },
  },
  {
    name: 'good-dark',
    colorScheme: 'dark',
    reach: async ({ open }) => {
      await open('/check?auto=1');
      return told('direct-and-relay');
    },
  },
  {
    name: 'good-korean',
    language: 'ko-KR',
    reach: async ({ open }) => {
      await open('/check?auto=1');
      return `${told('direct-and-relay')} && document.documentElement.lang === 'ko'`;
    },
  },
  {
    name: 'relay-only',
    site: 'noudp',
    quick: true,
    reach: async ({ open }) => {
      await open('/check?auto=1');
      return told('relay-only');
    },
  },
  {
    name: 'relay-only-korean',
    site: 'noudp',
    language: 'ko-KR',
    reach: async ({ open }) => {
      await open('/check?auto=1');
      return told('relay-only');
    },
  },
  {
    name: 'blocked',
    site: 'noudp',
    reach: async ({ open }) => {
      await open('/check?auto=1', 'udp');
      return told('no-path');
    },
  },
  {
    name: 'link',
    reach: async ({ open, api }) => {
      const link = {
        label: 'a visitor',
        consent: 'We keep your addresses for a week.',
        contact: 'help@example.org',
      };
      const { path } = newLinkSchema.parse(await api('POST', '/api/links', link));
      await open(path);
      return shown;
    },
  },
  {
    name: 'link-withdrawn',
    reach: async ({ open, api }) => {
      const { path, link } = newLinkSchema.parse(await api('POST', '/api/links', { label: 'a visitor' }));
      await api('DELETE', `/api/links/${link.id}`);
      await open(path);
      return `document.querySelector('[role=alert][data-code=link-revoked]') !== null`;
    },
  },
  {
    name: 'link-unknown',
    reach: async ({ open }) => {
      await open(`/t/${'A'.repeat(22)}`);
      return `document.querySelector('[role=alert][data-code=link-unknown]') !== null`;
    },
  },
  {
    name: 'offline',
    // Firefox takes no notice of a cable (navigator.onLine stays true), so it shows what stands under `error`.
    only: 'chromium',
    reach: async ({ open, tab, cut }) => {
      await open('/check');
      await tab.waitFor(shown, 10_000);
      await cut('cable');
      await tab.waitFor('!navigator.onLine', 20_000);
      await tab.evaluate(start);
      return told('offline');
    },
  },
  {
    name: 'error',
    reach: async ({ open, tab, cut }) => {
      await open('/check');
      await tab.waitFor(shown, 10_000);
      await cut('service');
      await tab.evaluate(start);
      return told('service-unreachable');
    },
  },
];

const cases = browserNames.flatMap((browser) =>
  states
    .filter(({ only = browser }) => only === browser)
    .filter(({ quick }) => isForPictures || (quick === true && browser === 'firefox'))
    .map((state) => ({ ...state, browser })),
);

describe.skipIf(obstacle !== null)(
  `looks of the Check page${obstacle === null ? '' : ` (${obstacle})`}`,
  () => {
    let lab: Lab;
    const urls = { both: '', udp: '' };
    const ports = { both: 7478, udp: 7479 };

    beforeAll(async () => {
      mkdirSync(folder, { recursive: true });
      lab = await buildLab({ sites: [siteSpec('home'), siteSpec('noudp')] });
      const { username, password: credential } = await startCoturn(lab, { port: 3488 });
      const serve = (over: 'both' | 'udp'): Promise<string> => {
        const transports = over === 'both' ? ['udp', 'tcp'] : ['udp'];
        const urls = transports.map(
          (transport) => `turn:${lab.serverAddresses[0]}:3488?transport=${transport}`,
        );
        const servers = [{ label: 'coturn', urls, auth: 'password', username, credential }];
        const stun = over === 'both' ? {} : { stun: { port: 3480 } };
        return startLabService(lab, { port: ports[over], servers, ...stun });
      };
      urls.both = await serve('both');
      if (isForPictures) urls.udp = await serve('udp');
    });
    afterAll(async () => lab?.close());

    it.each(cases)(
      '$name in $browser',
      async ({ name, browser, site = 'home', reach, language, colorScheme }) => {
        const place = lab.topology.sites.find((each) => each.name === site);
        const [host] = place?.hosts ?? [];
        const router = place?.boxes[0]?.namespace;
        if (host === undefined || router === undefined) throw new Error(`the lab has no site ${site}`);
        const tab = await openTab(browser, {
          namespace: host.namespace,
          ...(language !== undefined && { language }),
          ...(colorScheme !== undefined && { colorScheme }),
        });
        const undo: (readonly string[])[] = [];
        try {
          const holds = await reach({
            tab,
            open: (path, over = 'both') => tab.goto(new URL(path, urls[over]).href),
            api: (method, path, body) => askLabService(lab, urls.both, method, path, body),
            cut: async (what) => {
              const [breaks, mends] = cuts[what];
              undo.push(mends);
              const { code, stderr } = await lab.run(router, breaks);
              if (code !== 0) throw new Error(`${breaks.join(' ')}: ${stderr}`);
            },
          });
          await tab.waitFor(holds, 40_000).catch(async (error) => {
            throw new Error(`${error}\n${await tab.evaluate('document.body.innerText')}`);
          });
          expect(await overflows(tab, 320)).toBe(0);
          if (isForPictures) await photograph(tab, `${browser}-${name}`);
        } finally {
          for (const mends of undo) await lab.run(router, mends);
          await tab.close();
        }
      },
    );
  },
);

/** Sideways scrolling of the page itself at that width, in CSS pixels. */
async function overflows(tab: Tab, width: number): Promise<unknown> {
  await tab.resize(width, 700);
  return tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

async function photograph(tab: Tab, name: string): Promise<void> {
  await tab.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
  for (const [width, height] of [
    [1280, 800],
    [320, 700],
  ] as const) {
    await tab.resize(width, height);
    await tab.screenshot(join(folder, `${name}-${width}.png`));
  }
}
