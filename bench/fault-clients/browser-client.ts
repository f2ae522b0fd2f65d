/** Browsers: one that opens a page of ours, which asks for talks and tells what came of them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietSwitches } from '../../scenarios/io/participants/chromium.ts';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';
import { type ClientRun, type FaultClient, isClientRun, type Talk } from './client-run.ts';
import { clientScript } from './root.ts';

interface Browser {
  readonly name: string;
  readonly program: string;
  args(profile: string, url: string): readonly string[];
  /** Files of the fresh profile. */
  readonly profile: Readonly<Record<string, string>>;
}

const browsers: readonly Browser[] = [
  {
    name: 'Chromium',
    program: '/usr/bin/chromium',
    args: (profile, url) => [
      ...quietSwitches,
      '--no-sandbox',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      `--user-data-dir=${profile}`,
      url,
    ],
    profile: {},
  },
  {
    name: 'Firefox',
    program: '/usr/bin/firefox-esr',
    args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
    profile: {
      'user.js': [
        // Otherwise it does not look at loopback.
        ['media.peerconnection.ice.loopback', true],
        ['browser.shell.checkDefaultBrowser', false],
        ['datareporting.policy.dataSubmissionEnabled', false],
        ['app.update.enabled', false],
        ['network.captive-portal-service.enabled', false],
        ['network.connectivity-service.enabled', false],
      ]
        .map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`)
        .join(''),
    },
  },
];

/** Those that are installed here. @param workers talks at the same time */
export function browserClients(workers: number): BrowserClient[] {
  return browsers
    .filter(({ program }) => existsSync(program))
    .map((browser) => new BrowserClient(browser, workers));
}

interface Job {
  readonly talk: Talk;
  readonly done: (run: ClientRun) => void;
}

export class BrowserClient implements FaultClient {
  readonly name: string;
  readonly version: string;
  readonly transports = ['udp', 'tcp'] as const;
  readonly #browser: Browser;
  readonly #workers: number;
  readonly #server: Server;
  readonly #profile = mkdtempSync(join(tmpdir(), 'polynya-browser-'));
  readonly #waiting: ServerResponse[] = [];
  readonly #jobs: Job[] = [];
  readonly #running = new Map<number, Job>();
  #child: Promise<ChildProcess> | null = null;
  #numbers = 0;

  constructor(browser: Browser, workers: number) {
    this.#browser = browser;
    this.#workers = workers;
    this.name = browser.name;
    const asked = spawnSync(browser.program, ['--version'], { encoding: 'utf8' });
    this.version = /[\d.]+/.exec(asked.stdout)?.[0] ?? '';
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async run(talk: Talk): Promise<ClientRun> {
    this.#child ??= this.#start();
    await this.#child;
    const limitMs = talk.setUpMs + talk.talkMs + 15_000;
    return new Promise((resolve) => {
      const dead = {
        echoesMs: [],
        failedMs: limitMs,
        failure: 'the browser tells nothing',
        endedMs: limitMs,
      };
      const timer = setTimeout(() => resolve(dead), limitMs + 30_000);
      const done = (run: ClientRun): void => {
        clearTimeout(timer);
        resolve(run);
      };
      this.#jobs.push({ talk, done });
      this.#deal();
    });
  }

  async close(): Promise<void> {
    const child = await this.#child;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      killGroup(child);
      await once(child, 'close');
    }
    this.#server.closeAllConnections();
    this.#server.close();
    removeFolder(this.#profile);
  }

  async #start(): Promise<ChildProcess> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { program, args, profile } = this.#browser;
    for (const [name, text] of Object.entries(profile)) writeFileSync(join(this.#profile, name), text);
    const child = spawn(program, args(this.#profile, `http://127.0.0.1:${port}/`), {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, HOME: this.#profile },
    });
    process.once('exit', () => killGroup(child));
    return child;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') {
      const page = `<!doctype html><script type="module" src="/page.mjs?workers=${this.#workers}"></script>`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    } else if (pathname === '/page.mjs') {
      response
        .writeHead(200, { 'content-type': 'text/javascript' })
        .end(readFileSync(clientScript('page.mjs')));
    } else if (pathname === '/talk') {
      request.resume();
      this.#waiting.push(response);
      this.#deal();
    } else if (pathname.startsWith('/run/')) {
      const text = await textOf(request);
      response.writeHead(204).end();
      this.#settle(Number(pathname.slice('/run/'.length)), JSON.parse(text));
    } else {
      response.writeHead(404).end();
    }
  }

  #deal(): void {
    while (this.#jobs.length > 0 && this.#waiting.length > 0) {
      const job = this.#jobs.shift();
      const response = this.#waiting.shift();
      if (job === undefined || response === undefined) return;
      this.#numbers += 1;
      this.#running.set(this.#numbers, job);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ id: this.#numbers, talk: job.talk }));
    }
  }

  #settle(id: number, run: unknown): void {
    if (!isClientRun(run)) throw new Error(`${this.name} sent no run`);
    this.#running.get(id)?.done(run);
    this.#running.delete(id);
  }
}

/** It is in a process group of its own, so that none of its children stays. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
