/** What `privacy.addresses` leaves of the reports of people. */
import { describe, expect, it } from 'vitest';
import { type Envelope, envelopeSchema } from '../../../contract/envelope.ts';
import { keptAddresses, limitAddresses } from '../../../contract/redact/limit-addresses.ts';
import { type FixtureName, readFixture } from '../../report-fixtures.ts';
import { sampleNat, sampleTurn, sampleVisit } from '../service/sample-reports.ts';

const fixtures: FixtureName[] = ['nat-port-restricted', 'nat-udp-blocked', 'visit-good', 'visit-relay-401'];

/** Whole addresses, but for loopback, versions, and the servers that were asked. */
function wholeAddresses(report: Envelope): string[] {
  const text = JSON.stringify(report)
    .replaceAll(/"(?:userAgent|version|software|url|host)":"[^"]*"/g, '')
    .replaceAll(/"(?:urls|serverUrls)":\[[^\]]*\]/g, '');
  const ipv4 = text.match(/(?<![\w.])\d+\.\d+\.\d+\.\d+(?![\w.])/g) ?? [];
  const ipv6 = text.match(/(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi) ?? [];
  return [...ipv4, ...ipv6].filter((address) => !/^(?:127\.|0\.0\.0\.0$)/.test(address));
}

const behind = (address: string): Envelope => ({
  ...sampleVisit({ sentence: `Seen as ${address}.` }),
  body: {
    ...sampleVisit({ sentence: `Seen as ${address}.` }).body,
    serverUrls: ['stun:198.51.100.9'],
    candidates: [
      {
        ...{ type: 'srflx', protocol: 'udp', address, port: 40_001, relatedAddress: '192.168.1.5' },
        ...{ relatedPort: 5000, priority: 1, foundation: '3498523', url: 'stun:198.51.100.9' },
        ...{ relayProtocol: null, gatheredMs: 1 },
      },
    ],
  },
});

describe('privacy.addresses', () => {
  it.each([
    ['full', '203.0.113.7', '203.0.113.7', '192.168.1.5', '3498523'],
    ['network', '203.0.113.7', '203.0.113.x', '192.168.1.x', null],
    ['network', '2001:db8:1:2::7', '2001:db8:1::x', '192.168.1.x', null],
    ['none', '203.0.113.7', 'x.x.x.x', 'x.x.x.x', null],
    ['none', '2001:db8:1:2::7', 'x::x', 'x.x.x.x', null],
  ] as const)('%s: %s is kept as %s', (kept, address, shown, related, foundation) => {
    const limited = limitAddresses(behind(address), kept);
    expect(limited).toMatchObject({
      body: {
        headline: { sentence: `Seen as ${shown}.` },
        // The operator’s own server stays what it is.
        serverUrls: ['stun:198.51.100.9'],
        candidates: [
          { address: shown, port: 40_001, relatedAddress: related, foundation, url: 'stun:198.51.100.9' },
        ],
      },
    });
    // As often as it is sent, it is the same report.
    expect(limitAddresses(limited, kept)).toEqual(limited);
  });

  it.each(fixtures)('%s: no whole address is left, and it stays a report', (name) => {
    const report = readFixture(name);
    expect(wholeAddresses(report).length).toBeGreaterThan(0);
    for (const kept of keptAddresses.filter((each) => each !== 'full')) {
      const limited = limitAddresses(report, kept);
      expect(envelopeSchema.parse(limited)).toEqual(limited);
      expect(wholeAddresses(limited)).toEqual([]);
    }
  });

  it('takes the name of the host, and what a captive portal was told in an address', () => {
    const report = sampleNat({ hostname: 'annas-laptop' });
    const [evidence] = (readFixture('nat-port-restricted') as Extract<Envelope, { kind: 'nat-report' }>).body
      .evidence;
    if (evidence === undefined) throw new Error('the fixture has evidence');
    const http = { status: 302, location: 'http://portal.example/login?mac=00:11:22:33:44:55' };
    const limited = limitAddresses(
      { ...report, body: { ...report.body, evidence: [{ ...evidence, http }] } },
      'network',
    );
    expect(limited).toMatchObject({
      body: {
        run: { hostname: null },
        evidence: [{ http: { status: 302, location: 'http://portal.example/login' } }],
      },
    });
  });

  it('leaves reports about servers alone', () => {
    const report = sampleTurn({ uri: 'turn:203.0.113.7' });
    expect(limitAddresses(report, 'none')).toEqual(report);
  });
});
