import { describe, expect, it } from 'vitest';
import { connectRequest, getRequest, namedProxies, proxyGoals } from '../../../../probe/path/proxy-plan.ts';
import { parseStunUri } from '../../../../stun/uri.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function target(uri: string) {
  const parsed = parseStunUri(uri);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { uri: parsed.uri };
}

describe('the proxy of the environment', () => {
  it('is none where nothing is set, or nothing that is an address', () => {
    expect(namedProxies({})).toEqual([]);
    expect(namedProxies({ HTTPS_PROXY: '', ALL_PROXY: 'http://' })).toEqual([]);
  });

  it.each([
    ['http://proxy.example:3128', 'http', 'proxy.example', 3128, 'http://proxy.example:3128'],
    ['proxy.example:8080', 'http', 'proxy.example', 8080, 'http://proxy.example:8080'],
    ['http://proxy.example', 'http', 'proxy.example', 80, 'http://proxy.example:80'],
    ['https://proxy.example/', 'https', 'proxy.example', 443, 'https://proxy.example:443'],
    ['http://[2001:db8::1]:3128', 'http', '2001:db8::1', 3128, 'http://[2001:db8::1]:3128'],
    ['socks5://127.0.0.1', 'socks5', '127.0.0.1', 1080, 'socks5://127.0.0.1:1080'],
  ])('%s', (value, scheme, host, port, shown) => {
    const [proxy] = namedProxies({ https_proxy: value });
    expect(proxy).toEqual({ variable: 'HTTPS_PROXY', scheme, host, port, authorization: null, shown });
  });

  it('never shows its credentials, and sends them as RFC 7617 has it', () => {
    const [proxy] = namedProxies({ HTTPS_PROXY: 'http://Aladdin:open%20sesame@proxy.example:3128' });
    expect(proxy?.shown).toBe('http://proxy.example:3128');
    expect(proxy?.authorization).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  });

  it('is asked once, however many variables name it', () => {
    const same = 'http://proxy.example:3128';
    const proxies = namedProxies({
      HTTPS_PROXY: same,
      HTTP_PROXY: same,
      ALL_PROXY: 'http://other.example:1',
    });
    expect(proxies.map(({ variable, host }) => [variable, host])).toEqual([
      ['HTTPS_PROXY', 'proxy.example'],
      ['ALL_PROXY', 'other.example'],
    ]);
  });
});

describe('what a proxy is asked', () => {
  it('leads to the servers over TCP and TLS, else to port 443 of the first, and to four at most', () => {
    const uris = ['stun:a.example', 'turn:b.example?transport=tcp', 'turns:[2001:db8::1]:443?transport=tcp'];
    expect(proxyGoals(uris.map(target))).toEqual([
      { authority: 'b.example:3478', speaksStun: true },
      { authority: '[2001:db8::1]:443', speaksStun: false },
    ]);
    expect(proxyGoals([target('stun:a.example')])).toEqual([
      { authority: 'a.example:443', speaksStun: false },
    ]);
    const many = Array.from({ length: 9 }, (_, index) => target(`turns:h${index}.example`));
    expect(proxyGoals(many)).toHaveLength(4);
    expect(proxyGoals([])).toEqual([]);
  });

  it('is one CONNECT, with credentials only where there are any', () => {
    const goal = { authority: 'b.example:3478', speaksStun: true };
    const [plain] = namedProxies({ HTTPS_PROXY: 'http://proxy.example' });
    const [secret] = namedProxies({ HTTPS_PROXY: 'http://u:p@proxy.example' });
    if (plain === undefined || secret === undefined) throw new Error('no proxy');
    const head = 'CONNECT b.example:3478 HTTP/1.1\r\nHost: b.example:3478\r\n';
    expect(text(connectRequest(goal, plain))).toBe(`${head}\r\n`);
    expect(text(connectRequest(goal, secret))).toBe(`${head}Proxy-Authorization: Basic dTpw\r\n\r\n`);
  });

  it('and of the portal page its path', () => {
    expect(text(getRequest(new URL('http://h.example:7478/generate_204?x=1')))).toBe(
      'GET /generate_204?x=1 HTTP/1.1\r\nHost: h.example:7478\r\nConnection: close\r\n\r\n',
    );
  });
});
