import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffText } from '../../../cli/report-diff.ts';
import { natReportSchema, visitReportSchema } from '../../../contract/envelope.ts';
import { failure } from '../../../contract/failures.ts';
import type { NatReportBody, ServerResult } from '../../../contract/nat-report.ts';
import { diffNatReports, diffVisitReports } from '../../../probe/report/diff.ts';

const fixture = new URL('../../web/fixtures/nat-port-restricted.json', import.meta.url);
const report = natReportSchema.parse(JSON.parse(readFileSync(fixture, 'utf8')));
const { body } = report;

const changed = (change: Partial<NatReportBody>) => diffNatReports(body, { ...body, ...change });
const firstServer = (change: Partial<ServerResult>) =>
  body.servers.map((server, n) => (n === 0 ? { ...server, ...change } : server));

describe('two reports of one host', () => {
  it('the same: nothing changed', () => {
    expect(diffNatReports(body, body)).toEqual([]);
    expect(diffText(report, report, [], 80, (_s, text) => text)).toMatch(/^✔ nothing changed/);
  });

  it('new ports are no news', () => {
    const publicEndpoints = body.nat.publicEndpoints.map((e) => e.replace(/\d+$/, '50000'));
    const candidates = body.candidates.map((c) => ({ ...c, port: 1 }));
    const verdicts = body.verdicts.map((v) => (v.name === 'publicEndpoints' ? { ...v, value: [] } : v));
    expect(changed({ nat: { ...body.nat, publicEndpoints }, candidates, verdicts })).toEqual([]);
  });

  it('a verdict', () => {
    const verdicts = body.verdicts.map((v) =>
      v.name === 'mapping' ? { ...v, value: 'address-dependent' } : v,
    );
    expect(changed({ verdicts })).toEqual([
      { area: 'verdict', subject: 'mapping', before: 'endpoint-independent', after: 'address-dependent' },
    ]);
  });

  it('a verdict that is gone counts as unknown', () => {
    expect(changed({ verdicts: body.verdicts.filter((v) => v.name !== 'hairpin') })).toEqual([]);
    expect(changed({ verdicts: body.verdicts.filter((v) => v.name !== 'alg') })).toEqual([
      { area: 'verdict', subject: 'alg', before: 'false', after: 'unknown' },
    ]);
  });

  it('a server that fails, one that is gone, and one with another address', () => {
    expect(changed({ servers: firstServer({ status: 'failed', failure: failure('timeout') }) })).toEqual([
      { area: 'server', subject: 'stun:11.78.1.10', before: 'ok', after: 'failed: timeout' },
    ]);
    expect(changed({ servers: body.servers.slice(1) })).toMatchObject([{ before: 'ok', after: null }]);
    expect(changed({ servers: firstServer({ address: '11.78.1.11' }) })).toMatchObject([
      { subject: 'stun:11.78.1.10 address', before: '11.78.1.10', after: '11.78.1.11' },
    ]);
  });

  it('a round trip beyond noise, with both figures', () => {
    expect(changed({ servers: firstServer({ rttMs: 25 }) })).toEqual([
      { area: 'server', subject: 'stun:11.78.1.10 round trip', before: '0.5 ms', after: '25.0 ms' },
    ]);
    expect(changed({ servers: firstServer({ rttMs: 5 }) })).toEqual([]);
    expect(changed({ servers: firstServer({ rttMs: null }) })).toEqual([]);
    // A fifth of a long path is noise, and so is what scatters as much within one run.
    const long = { ...body, servers: firstServer({ rttMs: 200 }) };
    expect(diffNatReports(long, { ...body, servers: firstServer({ rttMs: 230 }) })).toEqual([]);
    const scattered = body.evidence.map((e, n) => ({ ...e, rttMs: n === 0 ? 1 : 90 }));
    const slower = { ...body, servers: firstServer({ rttMs: 60 }) };
    expect(diffNatReports({ ...body, evidence: scattered }, slower)).toEqual([]);
    expect(diffNatReports(body, slower)).toHaveLength(1);
  });

  it('public address, local address, headline and a lost kind of candidate', () => {
    const publicEndpoints = body.nat.publicEndpoints.map((e) => e.replace(/^[^:]+/, '203.0.113.9'));
    const differences = changed({
      nat: { ...body.nat, publicEndpoints },
      run: { ...body.run, localAddress: '10.9.9.9' },
      headline: { ...body.headline, code: 'direct-only' },
      candidates: body.candidates.filter((c) => c.relayProtocol !== 'tcp'),
    });
    expect(differences).toEqual([
      { area: 'headline', subject: 'finding', before: 'direct-works', after: 'direct-only' },
      { area: 'host', subject: 'local address', before: '192.168.1.2', after: '10.9.9.9' },
      { area: 'address', subject: 'public address', before: '11.78.16.2', after: '203.0.113.9' },
      { area: 'candidate', subject: 'relay udp via tcp', before: '11.78.1.10', after: null },
    ]);
    const text = diffText(report, report, differences, 80, (_s, words) => words);
    expect(text).toContain('▲ 4 differences');
    expect(text).toContain('  relay udp via tcp: 11.78.1.10 → not there');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('two checks of one browser', () => {
  const readVisit = (name: string) =>
    visitReportSchema.parse(
      JSON.parse(readFileSync(new URL(`../../web/fixtures/${name}.json`, import.meta.url), 'utf8')),
    ).body;
  const good = readVisit('visit-good');

  it('the same: nothing changed, though the browser makes up new names for its addresses', () => {
    expect(diffVisitReports(good, good)).toEqual([]);
    const candidates = good.candidates.map((each) =>
      each.address?.endsWith('.local')
        ? { ...each, address: 'ffffffff-0000-4000-8000-000000000000.local' }
        : each,
    );
    expect(candidates).not.toEqual(good.candidates);
    expect(diffVisitReports(good, { ...good, candidates })).toEqual([]);
  });

  it('a relay that rejects the password since yesterday', () => {
    const found = diffVisitReports(good, readVisit('visit-relay-401'));
    expect(found[0]).toMatchObject({ area: 'headline', before: 'direct-and-relay' });
    const relay = found.find(({ area, subject }) => area === 'attempt' && subject === 'relay');
    expect(relay).toMatchObject({ before: 'connected over udp', after: 'up to S0: turn-401' });
    expect(found.some(({ area, subject }) => area === 'attempt' && subject === 'mesh')).toBe(false);
  });

  it('a path that is not tried any more, and the last of two tries', () => {
    const attempts = good.attempts.filter(({ path }) => path === 'mesh');
    const [first] = attempts;
    if (first === undefined) throw new Error('the fixture has a direct attempt');
    const broken = { ...first, succeeded: false, rung: 'S2' as const, failure: failure('dtls-failed') };
    const found = diffVisitReports(good, { ...good, attempts: [broken, ...attempts] });
    expect(found).toEqual([{ area: 'attempt', subject: 'relay', before: 'connected over udp', after: null }]);
    expect(diffVisitReports(good, { ...good, attempts: [...good.attempts, broken] })).toEqual([
      { area: 'attempt', subject: 'mesh', before: 'connected over udp', after: 'up to S2: dtls-failed' },
    ]);
  });

  it('a NAT that could be tested this time only', () => {
    const { nat: _nat, ...untested } = good;
    expect(diffVisitReports(untested, good)).toEqual([
      { area: 'verdict', subject: 'NAT test', before: 'not done', after: 'done' },
    ]);
    expect(diffVisitReports(untested, untested)).toEqual([]);
  });
});
