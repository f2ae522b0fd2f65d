import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Envelope, envelopeSchema, parseEnvelope } from '../../../contract/envelope.ts';
import { redactRun } from '../../../contract/redact/redact-run.ts';
import { Redactor } from '../../../contract/redact/redactor.ts';
import { removeAddresses, shortenAddresses } from '../../../contract/redact/shorten-addresses.ts';
import { digestReport } from '../../../service/store/summary.ts';
import { sampleLoad } from '../sample-load.ts';
import { sampleNat, sampleVisit } from '../service/sample-reports.ts';

describe('addresses in a text', () => {
  it.each([
    ['203.0.113.7', '203.0.113.x'],
    ['203.0.113.7:40001', '203.0.113.x:40001'],
    ['from 10.0.0.2, to 192.168.1.254.', 'from 10.0.0.x, to 192.168.1.x.'],
    ['http://192.0.2.1/path', 'http://192.0.2.x/path'],
    ['turn:192.0.2.1?transport=udp', 'turn:192.0.2.x?transport=udp'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::x'],
    ['[2001:db8::1]:3478', '[2001:db8::x]:3478'],
    ['fe80::1ff:fe23:4567:890a%eth0', 'fe80::x%eth0'],
    ['64:ff9b::192.0.2.33', '64:ff9b::x'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.x'],
    ['FD00:1:2:3::5', 'fd00:1:2::x'],
    [
      'seen as 2001:db8:1:2::7. Then 2001:db8::5: nothing',
      'seen as 2001:db8:1::x. Then 2001:db8::x: nothing',
    ],
    // 6to4: the address in it is cut to its /24, too.
    ['2002:cb00:7107::1', '2002:cb00:7100::x'],
  ])('%s becomes %s', (text, short) => {
    expect(shortenAddresses(text)).toBe(short);
    // Once is enough, and twice does no harm.
    expect(shortenAddresses(short)).toBe(short);
  });

  it.each([
    '127.0.0.1:3478',
    '0.0.0.0',
    '[::1]:3478',
    '::',
    'Chrome/140.0.0.0 Safari/537.36',
    '4.6.1',
    '1.2.3.4.5',
    '999.1.2.3',
    '2026-11-20T10:00:00.000Z',
    '12:34:56',
    'AB:CD:EF:01:23:45:67:89:AB:CD',
    'a::b::c',
    'candidate:1 1 udp',
    '{"a":{"b":1}}',
  ])('%s stays', (text) => {
    expect(shortenAddresses(text)).toBe(text);
  });
});

describe('addresses that nobody keeps', () => {
  it.each([
    ['203.0.113.7:40001, then 10.0.0.2', 'x.x.x.x:40001, then x.x.x.x'],
    ['[2001:db8::1]:3478', '[x::x]:3478'],
    ['203.0.113.x and 2001:db8:1::x', 'x.x.x.x and x::x'],
    ['127.0.0.1:3478, Chrome/140.0.0.0', '127.0.0.1:3478, Chrome/140.0.0.0'],
  ])('%s becomes %s', (text, bare) => {
    expect(removeAddresses(text)).toBe(bare);
    expect(removeAddresses(bare)).toBe(bare);
  });
});

describe('names in texts', () => {
  it('get a number each, the same wherever they stand', () => {
    const redactor = new Redactor();
    const clean = redactor.value({
      url: 'turn:turn.example.org:3478?transport=udp',
      other: 'turns:TURN.example.org',
      third: 'stun:relay',
      hosts: [{ host: 'relay' }, { host: '192.0.2.1' }, { host: '2001:db8:1::2' }],
      address: '5a3f7c1e-8b0d-4f62-9a4e-0d6f2f1c7b11.local',
      text: 'turn.example.org and turn.example.organic; relay is also a kind of candidate',
    });
    expect(clean).toEqual({
      url: 'turn:host-1.invalid:3478?transport=udp',
      other: 'turns:host-1.invalid',
      third: 'stun:host-2.invalid',
      hosts: [{ host: 'host-2.invalid' }, { host: '192.0.2.x' }, { host: '2001:db8:1::x' }],
      address: 'host-3.local',
      text: 'host-1.invalid and turn.example.organic; relay is also a kind of candidate',
    });
    expect(redactor.value(clean)).toEqual(clean);
  });

  it('leaves versions alone, which only look like addresses', () => {
    const report = { userAgent: 'X 1.2.3.4', version: '1.2.3.4', software: 'coturn 1.2.3.4', at: 'x' };
    expect(new Redactor().value(report)).toEqual(report);
  });
});

describe('a run', () => {
  const run = (report: Envelope) => ({ summary: digestReport(report, 'r1', new Date()).summary, report });

  it('loses its host’s name and its visitor’s', () => {
    const host = redactRun(run(sampleNat()));
    expect(host.summary.source).toBe('host');
    expect(JSON.stringify(host)).not.toMatch(/probe-host|10\.0\.0\.2|203\.0\.113\.7/);
    const visit = redactRun(run(sampleVisit({ link: 'l1', visitor: 'v1' })));
    expect(visit.summary).toMatchObject({ link: null, visitor: null });
    expect(visit.report).toMatchObject({ body: { run: { link: null, visitor: null } } });
  });

  it('a load loses the server’s name, and where its own peers were', () => {
    const before = sampleLoad({ limits: [8_000], profile: { peer: { address: '203.0.113.9' } } });
    const { report } = redactRun(run(before));
    expect(report).toMatchObject({ body: { profile: { peer: { address: null } } } });
    expect(envelopeSchema.parse(report)).toEqual(report);
    expect(JSON.stringify(report)).not.toMatch(/203\.0\.113\.\d|turn\.example\.org/);
  });

  const folder = new URL('../../web/fixtures/', import.meta.url);
  it.each(readdirSync(folder))('%s stays a report, says the same, and names no host any more', (file) => {
    const parsed = parseEnvelope(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    if (!parsed.ok) throw new Error(parsed.failure.message);
    const before = run(parsed.envelope);
    const { report, summary } = redactRun(before);
    expect(envelopeSchema.parse(report)).toEqual(report);
    expect(summary.headline.code).toBe(before.summary.headline.code);
    const text = JSON.stringify(report).replaceAll(
      /"(?:userAgent|version|software|sent|expected)":"[^"]*"/g,
      '',
    );
    // What is left of addresses is loopback and nobody's.
    const addresses = text.match(/(?<![\w.])\d+\.\d+\.\d+\.\d+(?![\w.])/g) ?? [];
    expect(addresses.filter((address) => !/^(?:127\.|0\.0\.0\.0$)/.test(address))).toEqual([]);
    const hosts = JSON.stringify(before.report).matchAll(/"(?:stuns?|turns?):([a-z][\w.-]+)/g);
    for (const [, host = ''] of hosts) expect(text).not.toContain(host);
    expect(text).not.toMatch(/[0-9a-f-]{36}\.local/);
  });
});
