/**
 * Debian’s Firefox over WebDriver BiDi: a page that can be told where to go, what
 * to run and when to be photographed, also inside a network namespace. Playwright drives only a Firefox of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Preferences, writeFirefoxProfile } from '../../scenarios/io/participants/firefox.ts';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';
import { addressesSettled } from '../../scenarios/io/settled-addresses.ts';
import { connectBidi } from './bidi.ts';
import { firefoxPath } from './firefox.ts';
import { type Tab, waitUntil } from './tab-page.ts';

export interface FirefoxOptions {
  /** Launches it in this network namespace. */
  readonly namespace?: string;
  /** Of `about:config`, besides those that every test uses. */
  readonly preferences?: Preferences;
}

const treeSchema = z.object({ contexts: z.array(z.object({ context: z.string() })).min(1) });
const evaluatedSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('success'), result: z.object({ value: z.string().optional() }) }),
  z.object({ type: z.literal('exception'), exceptionDetails: z.object({ text: z.string() }) }),
]);
const pictureSchema = z.object({ data: z.string() });

/** The page is judged with the addresses hidden. */
const asUsersHaveIt: Preferences = { 'media.peerconnection.ice.obfuscate_host_addresses': true };

const startMs = 30_000;

/** A network namespace has a loopback of its own; a socket in the file system reaches into it. */
const bridge = `const net = require('node:net');
const [, port, path] = process.argv;
net.createServer((near) => {
  const far = net.connect(Number(port), '127.0.0.1');
  for (const [one, other] of [[near, far], [far, near]]) one.on('error', () => other.destroy()).pipe(other);
}).listen(path, () => console.log('ready'));`;

export async function openFirefox({ namespace, preferences = {} }: FirefoxOptions = {}): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'polynya-firefox-'));
  writeFirefoxProfile(profile, { ...asUsersHaveIt, ...preferences });
  if (namespace !== undefined) await addressesSettled(namespace);
  const started: ChildProcess[] = [];
  const killAll = (): void => {
    for (const child of started) killGroup(child);
  };
  process.once('exit', killAll);
  const close = async (): Promise<void> => {
    process.off('exit', killAll);
    for (const child of started) await endGroup(child);
    removeFolder(profile);
  };
  const start = (argv: readonly string[]): ChildProcess => {
    const [program = '', ...args] =
      namespace === undefined ? argv : ['ip', 'netns', 'exec', namespace, ...argv];
    const env = { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' };
    // A group of its own, so that its content processes end with it.
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
    started.push(child);
    return child;
  };
  try {
    const firefox = start([
      firefoxPath,
      '--headless',
      '--no-remote',
      '--profile',
      profile,
      '--remote-debugging-port',
      '0',
    ]);
    const [, host = '', port = ''] = await said(
      firefox,
      /WebDriver BiDi listening on ws:\/\/(127\.0\.0\.1:(\d+))/,
    );
    if (namespace === undefined) return await openSession(`ws://${host}/session`, host, close);
    const path = join(profile, 'bidi.sock');
    await said(start([process.execPath, '-e', bridge, port, path]), /ready/);
    return await openSession(`ws+unix:${path}:/session`, host, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openSession(address: string, host: string, close: () => Promise<void>): Promise<Tab> {
  const { command, problems, hangUp } = await connectBidi(address, host);
  await command('session.new', { capabilities: {} });
  await command('session.subscribe', { events: ['log.entryAdded'] });
  const context = treeSchema.parse(await command('browsingContext.getTree', {})).contexts[0]?.context;
  const evaluate = async (expression: string): Promise<unknown> => {
    const asText = `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`;
    const options = { target: { context }, awaitPromise: true };
    const found = evaluatedSchema.parse(await command('script.evaluate', { expression: asText, ...options }));
    if (found.type === 'exception') throw new Error(found.exceptionDetails.text);
    return JSON.parse(found.result.value ?? 'null');
  };
  return {
    problems,
    evaluate,
    goto: async (url) => {
      await command('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    waitFor: (expression, timeoutMs) => waitUntil(evaluate, expression, timeoutMs),
    resize: async (width, height) => {
      await command('browsingContext.setViewport', { context, viewport: { width, height } });
    },
    screenshot: async (path) => {
      const picture = await command('browsingContext.captureScreenshot', { context, origin: 'document' });
      writeFileSync(path, Buffer.from(pictureSchema.parse(picture).data, 'base64'));
    },
    close: async () => {
      hangUp();
      await close();
    },
  };
}

/** @throws Error when it ends, or is silent for too long */
async function said(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${child.spawnargs.join(' ')} ${why}\n${text}`));
    const timer = setTimeout(() => fail(`did not say ${pattern.source}`), startMs);
    const read = (chunk: Buffer): void => {
      text = (text + String(chunk)).slice(-100_000);
      const match = pattern.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(String(error)));
    child.once('exit', () => fail('has ended'));
  });
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  killGroup(child);
  await gone;
}
