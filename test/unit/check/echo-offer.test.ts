import { describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../../contract/config.ts';
import { Reach } from '../../../service/reach.ts';
import { admitCandidate, admitOffer } from '../../../service/rtc/admit-offer.ts';
import { maxRemoteCandidates } from '../../../service/rtc/echo-limits.ts';
import { copiesFor, hostCandidate } from '../../../service/rtc/reachable-candidates.ts';

const { refuses } = new Reach(serveConfigSchema.parse({}).reach.deny);
const stranger = { clientIsLocal: false, refuses };

const line = (address: string, protocol = 'udp'): string =>
  `candidate:1 1 ${protocol} 2113937151 ${address} 50000 typ host`;

const offer = [
  'v=0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  'a=fingerprint:sha-256 AB',
];

describe('remote candidates that the echo peer checks', () => {
  it.each(['203.0.113.7', '192.168.1.5', '100.64.3.2', '2001:db8::7', 'fd00::1', '198.18.0.1'])(
    '%s: yes',
    (address) => expect(admitCandidate(line(address), stranger)).toBe(true),
  );

  it.each([
    'host.example',
    '12345678-1234-1234-1234-123456789abc.local',
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    'fd00:ec2::254',
    '168.63.129.16',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '240.0.0.1',
    '',
  ])('%s: no', (address) => expect(admitCandidate(line(address), stranger)).toBe(false));

  it('loopback only for a client on this host, TCP and malformed lines never', () => {
    expect(admitCandidate(line('127.0.0.1'), { ...stranger, clientIsLocal: true })).toBe(true);
    expect(admitCandidate(line('169.254.169.254'), { ...stranger, clientIsLocal: true })).toBe(false);
    expect(admitCandidate(line('203.0.113.7', 'tcp'), stranger)).toBe(false);
    expect(admitCandidate('candidate:1 1 udp', stranger)).toBe(false);
    expect(admitCandidate('', stranger)).toBe(false);
  });

  it('are taken out of the offer, and bounded there too', () => {
    const bad = [line('127.0.0.1'), line('metadata.internal')].map((entry) => `a=${entry}`);
    const many = Array.from({ length: maxRemoteCandidates + 20 }, () => `a=${line('203.0.113.7')}`);
    const admitted = admitOffer([...offer, ...bad, ...many, ''].join('\r\n'), stranger);
    if (!admitted.ok) throw new Error(admitted.problem);
    expect(admitted.sdp).not.toMatch(/127\.0\.0\.1|metadata/);
    expect(admitted.sdp.match(/a=candidate/g)).toHaveLength(maxRemoteCandidates);
  });
});

describe('local candidates of our own making', () => {
  it('copy a host candidate to other addresses of the same socket and family, with lower priority', () => {
    const copies = copiesFor('candidate:1 1 UDP 2114977791 192.0.2.2 50000 typ host', ['127.0.0.1', '::1']);
    expect(copies).toEqual(['candidate:904 1 UDP 2114977535 127.0.0.1 50000 typ host']);
    expect(copiesFor('candidate:1 1 UDP 1 192.0.2.2 5 typ srflx', ['127.0.0.1'])).toEqual([]);
    expect(copiesFor('nonsense', ['127.0.0.1'])).toEqual([]);
  });

  it('have the priority of RFC 8445 §5.1.2.1', () => {
    expect(hostCandidate('192.0.2.2', 50000, 0)).toBe(
      'candidate:80 1 UDP 2130706431 192.0.2.2 50000 typ host',
    );
  });
});
