/** Debian’s Chromium and Firefox through our TURN server, data and video, with nothing but relayed addresses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintRestCredential } from '../../stun/index.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { makeCertificate } from '../net/make-certificate.ts';
import { loopbackSettings, realm, secret, startLoopback } from '../net/turn-stage.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';
import { firefoxObstacle, runInFirefox } from './firefox.ts';
import { allMessages, enoughFrames, relayTalk, type Talk } from './relay-talk.ts';

const obstacle = checkObstacle({ coturn: false });

describe.skipIf(obstacle !== null)('Chromium, relay only', () => {
  let browser: Browser;
  let server: TurnServerHandle;

  beforeAll(async () => {
    const accounts = { realm, users: {}, secrets: [secret] };
    // The browser does not know the test’s authority; everything else of TLS is as on the net.
    [browser, server] = await Promise.all([
      launchCheckBrowser({ args: ['--ignore-certificate-errors'] }),
      startLoopback({ settings: { ...loopbackSettings, accounts } }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each([
    ['udp', 0],
    ['tcp', 1],
    ['tls', 2],
  ] as const)('over %s', async (relayProtocol, index) => {
    const page = await browser.newPage();
    const before = server.traffic.toPeers;
    const { username, credential } = mintRestCredential(secret, 'chromium', Date.now() / 1000 + 600);
    const talk: Talk = await page.evaluate(relayTalk({ urls: server.uris[index], username, credential }));
    await page.close();
    expect(talk).toMatchObject({ errors: [], types: ['relay', 'relay'], relayProtocol });
    expect(talk.echoed).toEqual(allMessages);
    expect(talk.framesDecoded).toBeGreaterThanOrEqual(enoughFrames);
    expect(server.traffic.toPeers).toBeGreaterThan(before + 10_000);
  });
});

describe.skipIf(firefoxObstacle !== null)('Firefox, relay only', () => {
  let folder: string;
  let server: TurnServerHandle;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-turn-'));
    const accounts = { realm, users: {}, secrets: [secret] };
    const certificate = makeCertificate(folder);
    server = await startLoopback({ certificate, settings: { ...loopbackSettings, accounts } });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('over UDP, TCP and TLS at the same time', { timeout: 90_000 }, async () => {
    const before = server.traffic.toPeers;
    const { username, credential } = mintRestCredential(secret, 'firefox', Date.now() / 1000 + 600);
    const talks = server.uris.map((uri) => {
      return relayTalk({ urls: uri.replace('127.0.0.1', 'localhost'), username, credential });
    });
    const script = `Promise.all([${talks.join(', ')}])`;
    const authorities = [join(folder, 'authority.pem')];
    const results = (await runInFirefox({ script, authorities, timeoutMs: 60_000 })) as Talk[];
    expect(results.map(({ relayProtocol }) => relayProtocol)).toEqual(['udp', 'tcp', 'tls']);
    for (const { types, echoed, framesDecoded } of results) {
      expect(types).toEqual(['relay', 'relay']);
      expect(echoed).toEqual(allMessages);
      expect(framesDecoded).toBeGreaterThanOrEqual(enoughFrames);
    }
    expect(server.traffic.toPeers).toBeGreaterThan(before + 30_000);
  });
});

it.each([
  ['Chromium', obstacle],
  ['Firefox', firefoxObstacle],
])('%s is there', (_browser, missing) => {
  expect(missing).toBeNull();
});
