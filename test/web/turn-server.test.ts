/** Debian’s Chromium through our TURN server: two peer connections that may use nothing but relayed addresses. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintRestCredential } from '../../stun/index.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { loopbackSettings, realm, secret, startLoopback } from '../net/turn-stage.ts';
import { checkObstacle, launchCheckBrowser } from './check-stage.ts';

const obstacle = checkObstacle({ coturn: false });

interface Talk {
  /** What came back of the messages. */
  readonly echoed: readonly string[];
  /** Of both ends of the selected pair, and how the client reaches its relay. */
  readonly types: readonly (string | undefined)[];
  readonly relayProtocol: string | undefined;
  readonly errors: readonly string[];
}

/** In the page: connects two peer connections with each other and echoes ten messages. */
function talkInPage(page: Page, iceServer: object): Promise<Talk> {
  return page.evaluate(`(async () => {
    const config = { iceServers: [${JSON.stringify(iceServer)}], iceTransportPolicy: 'relay' };
    const [a, b] = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
    const errors = [];
    for (const [one, other] of [[a, b], [b, a]]) {
      one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
      one.onicecandidateerror = ({ errorCode, errorText }) => errors.push(errorCode + ' ' + errorText);
    }
    const channel = a.createDataChannel('talk');
    b.ondatachannel = ({ channel: far }) => { far.onmessage = ({ data }) => far.send(data); };
    const echoed = [];
    const done = new Promise((resolve) => {
      channel.onopen = () => { for (let i = 0; i < 10; i += 1) channel.send('message ' + i); };
      channel.onmessage = ({ data }) => { echoed.push(data); if (echoed.length === 10) resolve(); };
      setTimeout(resolve, 20000);
    });
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    await done;
    const stats = await a.getStats();
    const transport = [...stats.values()].find(({ type }) => type === 'transport');
    const pair = stats.get(transport?.selectedCandidatePairId);
    const local = stats.get(pair?.localCandidateId);
    const remote = stats.get(pair?.remoteCandidateId);
    a.close();
    b.close();
    return { echoed, errors, types: [local?.candidateType, remote?.candidateType], relayProtocol: local?.relayProtocol };
  })()`);
}

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
    const talk = await talkInPage(page, { urls: server.uris[index], username, credential });
    await page.close();
    expect(talk.errors).toEqual([]);
    expect(talk.echoed).toEqual(Array.from({ length: 10 }, (_, i) => `message ${i}`));
    expect(talk).toMatchObject({ types: ['relay', 'relay'], relayProtocol });
    expect(server.traffic.toPeers).toBeGreaterThan(before + 500);
  });
});

it('the browser is there', (context) => {
  if (obstacle !== null) context.skip(obstacle);
  expect(obstacle).toBeNull();
});
