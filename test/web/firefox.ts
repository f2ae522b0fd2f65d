/** Debian’s Firefox, headless, with a fresh profile: it opens one page, runs a script in it and posts what that gives. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firefoxCommand, writeFirefoxProfile } from '../../scenarios/io/participants/firefox.ts';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';

export const firefoxPath = '/usr/bin/firefox-esr';
const certutilPath = '/usr/bin/certutil';

/** Why the tests cannot run here; null when they can. */
export const firefoxObstacle = existsSync(firefoxPath)
  ? existsSync(certutilPath)
    ? null
    : `${certutilPath} is missing (apt install libnss3-tools)`
  : `${firefoxPath} is missing (apt install firefox-esr)`;

export interface FirefoxRun {
  /** An expression of JavaScript that gives a promise. */
  readonly script: string;
  /** PEM files of authorities that it shall trust besides its own. */
  readonly authorities?: readonly string[];
  readonly timeoutMs: number;
  /** Of the page, on 127.0.0.1. Default: any free one. */
  readonly port?: number;
}

/** Resolves to what the script gave; rejects after the time, or when the script or the browser failed. */
export async function runInFirefox({
  script,
  authorities = [],
  timeoutMs,
  port = 0,
}: FirefoxRun): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'polynya-firefox-'));
  writeFirefoxProfile(profile);
  execFileSync(certutilPath, ['-N', '-d', `sql:${profile}`, '--empty-password']);
  for (const [i, file] of authorities.entries()) {
    execFileSync(certutilPath, ['-A', '-d', `sql:${profile}`, '-n', `test ${i}`, '-t', 'C,,', '-i', file]);
  }
  const page = `<!doctype html><meta charset="utf-8"><title>test</title><body><script>
    const post = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) });
    ${script}.then((value) => post({ value }), (error) => post({ error: String(error) }));
  </script>`;
  let settle: (text: string) => void = () => {};
  const posted = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      return;
    }
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      response.end();
      settle(text);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  // A group of its own, so that its content processes end with it.
  const [program = '', ...rest] = firefoxCommand(firefoxPath, profile, url);
  const browser = spawn(program, rest, {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
  });
  const limit = new AbortController();
  try {
    const ended = once(browser, 'exit').then(() => '{"error":"Firefox has ended"}');
    const late = new Promise<string>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs, `{"error":"nothing within ${timeoutMs} ms"}`);
      limit.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    const { value, error } = JSON.parse(await Promise.race([posted, ended, late]));
    if (error !== undefined) throw new Error(error);
    return value;
  } finally {
    limit.abort();
    if (browser.exitCode === null && browser.pid !== undefined) {
      process.kill(-browser.pid, 'SIGKILL');
      await once(browser, 'exit');
    }
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    removeFolder(profile);
  }
}
