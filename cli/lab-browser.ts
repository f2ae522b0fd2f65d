/** `polynya lab browser NAME`: a browser as the lab's client, in a process of its own inside a namespace. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPrograms } from '../scenarios/io/agent/browser/browser-program.ts';
import { runBrowserAgent } from '../scenarios/io/agent/browser/run-browser-agent.ts';
import { scenarioClients } from '../service/release.ts';
import { CommandError } from './command-error.ts';

export async function startLabBrowser(name: string): Promise<void> {
  if (name !== 'chromium' && name !== 'firefox') {
    throw new CommandError(`${name}: known are ${Object.keys(browserPrograms).join(' and ')}.`);
  }
  const proxy = process.env['HTTPS_PROXY'];
  await runBrowserAgent({
    browser: name,
    scripts: scenarioClients,
    profile: process.env['POLYNYA_LAB_FOLDER'] ?? mkdtempSync(join(tmpdir(), 'polynya-browser-')),
    caFile: process.env['POLYNYA_LAB_CA'] ?? null,
    proxy: proxy === undefined ? null : new URL(proxy),
  });
}
