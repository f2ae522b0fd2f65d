import { expect, it } from 'vitest';
import { serverUrls } from '../../../dashboard/check/ice-server-urls.ts';
import { noFacts } from '../../../dashboard/check/verdict/check-facts.ts';
import { itText } from '../../../dashboard/check/verdict/it-text.ts';
import { judge } from '../../../dashboard/check/verdict/judge.ts';
import { en } from '../../../dashboard/check/words/en.ts';
import { ko } from '../../../dashboard/check/words/ko.ts';
import { allWell, attempt, relay, server, stunUrl, turnTcp, turnTls, turnUdp } from './check-facts.ts';

const facts = {
  ...allWell,
  servers: serverUrls([{ urls: [stunUrl, turnUdp, turnTcp, turnTls] }]),
  stun: [server(stunUrl, 'timeout')],
  relays: [relay(turnUdp, 'timeout'), relay(turnTcp, 'connection-closed'), relay(turnTls)],
  direct: attempt('mesh', 'ice-failed'),
};
const context = {
  origin: 'https://check.example.org',
  at: '2026-11-20T10:00:00.000Z',
  userAgent: 'Browser/1',
  publicAddresses: ['203.0.113.7'],
};

it('lists what has to be open, with protocol, port, addresses, and what was found', () => {
  const text = itText(judge(facts), facts, context, en);
  expect(text).toContain('- TCP 443 to check.example.org (HTTPS and WebSocket of the site): works');
  expect(text).toContain('- UDP 3478 to s.example (192.0.2.1): no answer');
  expect(text).toContain('- UDP 3478 to t.example (192.0.2.1): no answer');
  expect(text).toContain('- TCP 3478 to t.example (192.0.2.1): does not work: The connection was closed');
  expect(text).toContain('- TCP (TLS) 443 to t.example (192.0.2.1): works');
  expect(text).toMatch(/Please change:\n- Open outgoing UDP/);
  expect(text).toContain('203.0.113.7');
});

it.each([{ service: 'unreachable' }, { online: false }] as const)(
  'does not know what to change where little could be checked: %j',
  (over) => {
    const facts = { ...noFacts, hasWebrtc: true, service: 'reached', ...over } as const;
    const text = itText(judge(facts), facts, context, en);
    expect(text).toContain('cannot be told from here.\n');
    expect(text).not.toContain('Nothing has to be changed');
  },
);

it('asks for nothing where nothing of the network is wrong', () => {
  expect(itText(judge(allWell), allWell, context, en)).toContain('Nothing has to be changed');
});

it('says the same in Korean', () => {
  const text = itText(judge(facts), facts, context, ko);
  expect(text).toContain('- t.example (192.0.2.1) UDP 3478: 응답 없음');
  expect(text).toMatch(/변경 요청:\n- 아래 주소와 포트로 나가는 UDP/);
});
