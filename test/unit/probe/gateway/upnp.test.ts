import { describe, expect, it } from 'vitest';
import { actionRequest, descriptionRequest } from '../../../../probe/gateway/http-request.ts';
import { HttpResponseReader } from '../../../../probe/gateway/http-response.ts';
import { readActionAnswer, readDescription } from '../../../../probe/gateway/igd.ts';
import { routerUrl } from '../../../../probe/gateway/router-url.ts';
import { decodeSearchAnswer, encodeSearch } from '../../../../probe/gateway/ssdp.ts';
import { elementContents, elementText } from '../../../../probe/gateway/xml-text.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('the search (UPnP Device Architecture 1.1 §1.3)', () => {
  it('asks for any version of an InternetGatewayDevice', () => {
    expect(decode(encodeSearch(null))).toBe(
      'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n' +
        'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n',
    );
    expect(decode(encodeSearch('192.168.1.1'))).toBe(
      'M-SEARCH * HTTP/1.1\r\nHOST: 192.168.1.1:1900\r\nMAN: "ssdp:discover"\r\n' +
        'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n',
    );
  });

  const answer = (...fields: string[]) =>
    decodeSearchAnswer(encode(['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n')));
  const st = 'ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1';

  it('reads the answer of miniupnpd 2.3.1, and one with other spelling', () => {
    const location = 'http://192.168.1.1:35133/rootDesc.xml';
    const fields = ['CACHE-CONTROL: max-age=120', st, 'EXT:', `LOCATION: ${location}`, '01-NLS: 1795229128'];
    expect(answer(...fields)).toEqual({ ok: true, location });
    expect(answer(`location:${location}`, st.replace('ST', 'st').replace(/1$/, '2'))).toEqual({
      ok: true,
      location,
    });
  });

  it.each([
    ['a notification', 'NOTIFY * HTTP/1.1\r\nLOCATION: http://192.168.1.1/\r\n\r\n', 'not a search answer'],
    ['its own question', decode(encodeSearch(null)), 'not a search answer'],
    ['a television', 'HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://a/\r\n\r\n', 'another kind'],
    ['an answer without LOCATION', `HTTP/1.1 200 OK\r\n${st}\r\n\r\n`, 'no LOCATION'],
    ['a flood', `HTTP/1.1 200 OK\r\n${st}\r\nLOCATION: http://a/${'a'.repeat(5000)}\r\n\r\n`, 'too long'],
  ])('does not take %s for an answer', (_, text, problem) => {
    expect(decodeSearchAnswer(encode(text))).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

describe('URLs that a device names', () => {
  const base = routerUrl('http://192.168.1.1:5000/igd/desc.xml', '192.168.1.1') ?? undefined;

  it.each([
    ['http://192.168.1.1:35133/rootDesc.xml', 35133, '/rootDesc.xml'],
    ['http://192.168.1.1/a?b=c#d', 80, '/a?b=c'],
  ])('%s is on the router', (text, port, path) => {
    expect(routerUrl(text, '192.168.1.1')).toEqual({ endpoint: { address: '192.168.1.1', port }, path });
  });

  it.each([
    ['/ctl/IPConn', 5000, '/ctl/IPConn'],
    ['ctl/IPConn', 5000, '/igd/ctl/IPConn'],
    ['http://192.168.1.1:80/x', 80, '/x'],
  ])('%s is relative to the description', (text, port, path) => {
    expect(routerUrl(text, '192.168.1.1', base)).toEqual({
      endpoint: { address: '192.168.1.1', port },
      path,
    });
  });

  it.each([
    'http://192.168.1.9/desc.xml',
    'http://127.0.0.1:6379/',
    'http://router.lan/desc.xml',
    'http://192.168.1.1@10.0.0.1/',
    'http://user:secret@192.168.1.1/',
    'https://192.168.1.1/desc.xml',
    'file:///etc/passwd',
    'http://192.168.1.1:0/',
    '//10.0.0.1/x',
    `http://192.168.1.1/${'a'.repeat(2000)}`,
  ])('%s is refused', (text) => {
    expect(routerUrl(text, '192.168.1.1', base)).toBeNull();
    expect(routerUrl(text, '192.168.1.1')).toBeNull();
  });

  it('what is no URL by itself needs a description to be relative to', () => {
    expect(routerUrl('ctl/IPConn', '192.168.1.1')).toBeNull();
  });

  it('line ends in a path do not reach the request', () => {
    const url = routerUrl('http://192.168.1.1/a\r\nHost: b\r\n\r\nGET /', '192.168.1.1');
    if (url === null) throw new Error('expected a URL');
    expect(decode(descriptionRequest(url)).split('\r\n')).toHaveLength(5);
  });
});

describe('XML of home routers', () => {
  it('finds elements with or without prefix and attributes', () => {
    const xml = '<a:b xmlns:a="x">1</a:b><b c = "d" >2</b><b/><b x="/"/><B>3</B>';
    expect(elementContents(xml, 'b')).toEqual(['1', '2', '', '']);
  });

  it('an unclosed element does not swallow the next', () => {
    expect(elementContents('<b>1<b>2</b></b>', 'b')).toEqual(['2']);
  });

  it('trims, and reads the five entities, each once', () => {
    expect(elementText('<u>\n /a?b=1&amp;c=&lt;&amp;lt; </u>', 'u')).toBe('/a?b=1&c=<&lt;');
    expect(elementText('<u></u>', 'v')).toBeNull();
  });
});

const description = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major></specVersion><device>
<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:2</deviceType><modelName>Debian\u0007 router</modelName>
<serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
<controlURL>/ctl/L3F</controlURL></service></serviceList><deviceList><device>
<deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:2</deviceType><modelName>MiniUPnPd</modelName><serviceList>
<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:2</serviceType><controlURL>/ctl/IPConn</controlURL></service>
<service><serviceType>urn:schemas-upnp-org:service:WANPPPConnection:1</serviceType><controlURL>/ctl/PPP</controlURL></service>
<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:2</serviceType></service>
</serviceList></device></deviceList></device></root>`;

describe('InternetGatewayDevice', () => {
  it('finds version, name and the services for connections', () => {
    expect(readDescription(description)).toEqual({
      version: 2,
      device: 'Debian router',
      urlBase: null,
      services: [
        { type: 'urn:schemas-upnp-org:service:WANIPConnection:2', controlUrl: '/ctl/IPConn' },
        { type: 'urn:schemas-upnp-org:service:WANPPPConnection:1', controlUrl: '/ctl/PPP' },
      ],
    });
  });

  it('is nothing where nothing can be read', () => {
    const nothing = { version: null, device: null, urlBase: null, services: [] };
    expect(readDescription('<html>login</html>')).toEqual(nothing);
  });

  it('asks by SOAP, with the action in the header (UDA 1.1 §3.2.1)', () => {
    const url = routerUrl('http://192.168.1.1:5000/ctl/IPConn', '192.168.1.1');
    const service = { type: 'urn:schemas-upnp-org:service:WANIPConnection:1', controlUrl: '/ctl/IPConn' };
    if (url === null) throw new Error('expected a URL');
    const [head = '', body = ''] = decode(actionRequest(url, service, 'GetExternalIPAddress')).split(
      '\r\n\r\n',
    );
    expect(head.split('\r\n')).toEqual([
      'POST /ctl/IPConn HTTP/1.1',
      'Host: 192.168.1.1:5000',
      'Content-Type: text/xml; charset="utf-8"',
      `Content-Length: ${body.length}`,
      'SOAPACTION: "urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress"',
      'Connection: close',
    ]);
    expect(elementText(body, 'Body')).toBe(
      '<u:GetExternalIPAddress xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1"></u:GetExternalIPAddress>',
    );
  });

  const response = (action: string, content: string) =>
    `<s:Envelope><s:Body><u:${action}Response xmlns:u="urn:x">${content}</u:${action}Response></s:Body></s:Envelope>`;
  const blank = { understood: true, externalAddress: null, connected: null, errorCode: null };

  it.each([
    ['11.78.16.2', '11.78.16.2'],
    ['', null],
    ['0.0.0.0', null],
    ['router.example', null],
    ['1.2.3', null],
  ])('external address "%s" reads %s', (text, externalAddress) => {
    const xml = response('GetExternalIPAddress', `<NewExternalIPAddress>${text}</NewExternalIPAddress>`);
    expect(readActionAnswer(xml, 'GetExternalIPAddress')).toEqual({ ...blank, externalAddress });
  });

  it('reads the connection’s status', () => {
    const xml = (status: string) =>
      response(
        'GetStatusInfo',
        `<NewConnectionStatus>${status}</NewConnectionStatus><NewUptime>2</NewUptime>`,
      );
    expect(readActionAnswer(xml('Connected'), 'GetStatusInfo')).toEqual({ ...blank, connected: true });
    expect(readActionAnswer(xml('Disconnected'), 'GetStatusInfo')).toEqual({ ...blank, connected: false });
  });

  it('reads a fault, and takes other text for no answer', () => {
    const fault = '<s:Fault><detail><UPnPError><errorCode>401</errorCode></UPnPError></detail></s:Fault>';
    expect(readActionAnswer(fault, 'GetStatusInfo')).toEqual({ ...blank, understood: false, errorCode: 401 });
    expect(readActionAnswer('<html>404</html>', 'GetStatusInfo')).toEqual({ ...blank, understood: false });
  });
});

describe('HTTP responses', () => {
  const read = (pieces: readonly string[], closes = false) => {
    const reader = new HttpResponseReader();
    let progress = reader.push(new Uint8Array());
    for (const piece of pieces) progress = reader.push(encode(piece));
    return closes ? reader.end() : progress;
  };
  const ok = (body: string) => ({ kind: 'done', status: 200, body });
  const head = 'HTTP/1.1 200 OK\r\n';

  it('ends by Content-Length, by the last chunk, or with the stream', () => {
    expect(read([`${head}content-length: 3\r\n\r\nabcdef`])).toEqual(ok('abc'));
    expect(
      read([`${head}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\n`]),
    ).toEqual(ok('abc0123456789'));
    expect(read(['HTTP/1.0 404 Not Found\r\n\r\nabc'], true)).toEqual({
      kind: 'done',
      status: 404,
      body: 'abc',
    });
  });

  it.each([
    `${head}Content-Length: 6\r\n\r\na물bc`,
    `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\n\u{1F310}\r\n0\r\n\r\n`,
  ])('is the same byte by byte', (text) => {
    const whole = new HttpResponseReader().push(encode(text));
    const reader = new HttpResponseReader();
    const steps = [...encode(text)].map((byte) => reader.push(Uint8Array.of(byte)));
    expect(whole.kind).toBe('done');
    expect(steps.find((step) => step.kind !== 'reading')).toEqual(whole);
  });

  it('a character may lie across two chunks', () => {
    const [a = 0, b = 0] = encode('é');
    const reader = new HttpResponseReader();
    reader.push(encode(`${head}Transfer-Encoding: chunked\r\n\r\n`));
    reader.push(Uint8Array.of(...encode('1\r\n'), a, ...encode('\r\n1\r\n'), b, ...encode('\r\n0\r\n\r\n')));
    expect(reader.end()).toEqual(ok('é'));
  });

  it.each([
    ['cut off in the head', [head], 'cut off'],
    ['cut off in the body', [`${head}Content-Length: 4\r\n\r\nabc`], 'cut off'],
    ['cut off between chunks', [`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`], 'cut off'],
    ['another protocol', ['SSH-2.0-OpenSSH\r\n\r\n'], 'not an HTTP response'],
    ['two lengths', [`${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`], 'length'],
    ['a negative length', [`${head}Content-Length: -3\r\n\r\nabc`], 'length'],
    ['an unknown coding', [`${head}Transfer-Encoding: gzip\r\n\r\nabc`], 'length'],
    ['a chunk without a size', [`${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`], 'chunk without a size'],
    ['a huge chunk', [`${head}Transfer-Encoding: chunked\r\n\r\nffffff\r\n`], 'more than'],
    ['an endless head', [`${head}${'A: b\r\n'.repeat(2000)}`], 'no end of the header'],
    ['an endless body', [`${head}\r\n`, 'a'.repeat(100_000), 'a'.repeat(100_000)], 'more than'],
  ])('%s is broken', (_, pieces, problem) => {
    expect(read(pieces, true)).toEqual({ kind: 'broken', problem: expect.stringContaining(problem) });
  });
});
