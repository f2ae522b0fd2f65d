import { describe, expect, it } from 'vitest';
import { parseStunUri } from '../../../stun/uri.ts';

describe('parseStunUri (RFC 7064, RFC 7065)', () => {
  it.each([
    ['stun:stun.example.org', 'stun', 'stun.example.org', 3478, 'udp'],
    ['stuns:stun.example.org', 'stuns', 'stun.example.org', 5349, 'tls'],
    ['turn:turn.example.org', 'turn', 'turn.example.org', 3478, 'udp'],
    ['turns:turn.example.org', 'turns', 'turn.example.org', 5349, 'tls'],
    ['turn:example.org:8000?transport=udp', 'turn', 'example.org', 8000, 'udp'],
    ['turn:example.org?transport=tcp', 'turn', 'example.org', 3478, 'tcp'],
    ['turns:example.org:443?transport=tcp', 'turns', 'example.org', 443, 'tls'],
    ['stun:192.0.2.1:19302', 'stun', '192.0.2.1', 19_302, 'udp'],
    ['stun:[2001:DB8:0:0::1]', 'stun', '2001:db8::1', 3478, 'udp'],
    ['turns:[::ffff:192.0.2.1]:443', 'turns', '::ffff:192.0.2.1', 443, 'tls'],
    ['  STUN:Stun.Example.ORG:1  ', 'stun', 'stun.example.org', 1, 'udp'],
    ['stun:localhost', 'stun', 'localhost', 3478, 'udp'],
    ['stun:bücher.example', 'stun', 'xn--bcher-kva.example', 3478, 'udp'],
    ['stun:my_host.example.', 'stun', 'my_host.example.', 3478, 'udp'],
    // Not in RFC 7064, but the way to ask for STUN over TCP.
    ['stun:example.org?transport=tcp', 'stun', 'example.org', 3478, 'tcp'],
  ])('%s', (text, scheme, host, port, transport) => {
    expect(parseStunUri(text)).toEqual({
      ok: true,
      uri: { text: text.trim(), scheme, host, port, transport },
    });
  });

  it.each([
    ['', 'does not start with stun:'],
    ['stun.example.org', 'does not start with stun:'],
    ['http://example.org', 'does not start with stun:'],
    ['toString:x', 'does not start with stun:'],
    ['stun:', 'has no host'],
    ['stun::3478', 'has no host'],
    ['stun://example.org', 'write stun:HOST:PORT'],
    ['turn:user:hunter2@example.org', 'must not carry credentials'],
    ['stun:example.org:', 'port'],
    ['stun:example.org:0', 'port'],
    ['stun:example.org:65536', 'port'],
    ['stun:example.org:80x', 'port'],
    ['stun:2001:db8::1', 'IPv6 address stands in brackets'],
    ['stun:[2001:db8::1', 'IPv6 address stands in brackets'],
    ['stun:[192.0.2.1]', 'no IPv6 address'],
    ['stun:[fe80::1%eth0]', 'no IPv6 address'],
    ['stun:192.0.2.256', 'no IPv4 address'],
    ['stun:192.0.2', 'no IPv4 address'],
    ['stun:010.0.0.1', 'no IPv4 address'],
    ['stun:exa mple.org', 'no DNS name'],
    ['stun:-x.example', 'no DNS name'],
    ['stun:a..b', 'no DNS name'],
    ['stun:example.org/path', 'has no path'],
    ['stun:example.org#x', '#'],
    ['turn:example.org?transport=sctp', 'transport=udp and ?transport=tcp only'],
    ['turn:example.org?foo=tcp', 'transport=udp and ?transport=tcp only'],
    ['turn:example.org?', 'transport=udp and ?transport=tcp only'],
    ['turns:example.org?transport=udp', 'DTLS'],
  ])('refuses %s', (text, problem) => {
    const result = parseStunUri(text);
    expect(result).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('never repeats what may be a password', () => {
    for (const text of [
      'turn:user:hunter2@example.org',
      'turn://user:hunter2@h',
      'x:hunter2',
      'turn:h:hunter2',
    ])
      expect(JSON.stringify(parseStunUri(text))).not.toContain('hunter2');
  });
});
