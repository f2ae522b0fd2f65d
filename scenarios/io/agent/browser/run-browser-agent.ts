/**
 * A browser as a client of the lab: this process opens it on a page of its own and passes lines both ways, orders from
 * stdin to the page and news from the page to stdout. No remote control: the page is the client.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type WebSocket, WebSocketServer } from 'ws';
import { runInBackground } from '../../exec.ts';
import { type BrowserName, type BrowserPlace, browserPrograms } from './browser-program.ts';

export interface BrowserAgentOptions extends BrowserPlace {
  readonly browser: BrowserName;
  /** Folder of the page's scripts (scenarios/clients). */
  readonly scripts: string;
}

const loopback = '127.0.0.1';
const page =
  '<!doctype html><meta charset="utf-8"><title>lab</title><body><script type="module" src="/browser-page.mjs"></script>';

/** Never returns: ends with its stdin, or with the browser. */
export async function runBrowserAgent(options: BrowserAgentOptions): Promise<void> {
  const server = createServer((request, response) => {
    const script = /^\/(browser-[a-z]+\.mjs)$/.exec(request.url ?? '')?.[1];
    if (script !== undefined) {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(join(options.scripts, script)));
    } else if (request.url === '/') response.setHeader('content-type', 'text/html').end(page);
    else response.writeHead(404).end();
  });
  passLines(server);
  // Loopback of the host's own namespace.
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const { program, prepare, args } = browserPrograms[options.browser];
  await prepare(options);
  const env = { HOME: options.profile, MOZ_CRASHREPORTER_DISABLE: '1' };
  const browser = runInBackground([program, ...args(options, `http://${loopback}:${port}/`)], { env });
  const end = () => void browser.stop(0).then(() => process.kill(process.pid, 'SIGKILL'));
  process.stdin.on('close', end);
  process.stdout.on('error', end);
  const { code, signal } = await browser.ended;
  process.stderr.write(`${program} ended (${signal ?? code}): ${browser.stderr().trim().slice(-1500)}\n`);
  process.exit(1);
}

function passLines(server: Server): void {
  let socket: WebSocket | null = null;
  new WebSocketServer({ server }).on('connection', (opened) => {
    socket = opened;
    opened.on('message', (news) => void process.stdout.write(`${String(news)}\n`));
  });
  createInterface({ input: process.stdin }).on('line', (line) => socket?.send(line));
}
