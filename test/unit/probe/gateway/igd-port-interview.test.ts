import { describe, expect, it } from 'vitest';
import { IgdPortInterview } from '../../../../probe/gateway/igd-port-interview.ts';

const router = '192.168.1.1';
const page = { endpoint: { address: router, port: 5000 }, path: '/rootDesc.xml' };
const internal = { address: '192.168.1.2', port: 40_000 };
const service = 'urn:schemas-upnp-org:service:WANIPConnection:1';
const description = `<root><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<service><serviceType>${service}</serviceType><controlURL>/ctl/IPConn</controlURL></service></root>`;
const answer = (action: string, content = '') =>
  `<s:Body><u:${action}Response xmlns:u="${service}">${content}</u:${action}Response></s:Body>`;

const begin = (lifetimeSec: number) => new IgdPortInterview(router, page, { internal, lifetimeSec });
const asked = ({ step }: IgdPortInterview) => new TextDecoder().decode(step?.request);

describe('asking a router for a port over UPnP', () => {
  it('adds a mapping for this host, and tells it with the router’s address', () => {
    const interview = begin(7_200);
    expect(asked(interview)).toMatch(/^GET \/rootDesc\.xml /);
    interview.read(description);
    expect(asked(interview)).toMatch(/^POST \/ctl\/IPConn /);
    expect(asked(interview)).toContain(`SOAPACTION: "${service}#AddPortMapping"\r\n`);
    // WANIPConnection:1 §2.4.16 has them in this order, and some routers count on it.
    expect(asked(interview)).toContain(
      '<NewRemoteHost></NewRemoteHost><NewExternalPort>40000</NewExternalPort><NewProtocol>UDP</NewProtocol>' +
        '<NewInternalPort>40000</NewInternalPort><NewInternalClient>192.168.1.2</NewInternalClient>' +
        '<NewEnabled>1</NewEnabled><NewPortMappingDescription>polynya</NewPortMappingDescription>' +
        '<NewLeaseDuration>7200</NewLeaseDuration>',
    );
    // As miniupnpd 2.3.1 writes it: an element that is its own end.
    interview.read(`<s:Body><u:AddPortMappingResponse xmlns:u="${service}"/></s:Body>`);
    expect(interview.external).toBeNull();
    interview.read(answer('GetExternalIPAddress', '<NewExternalIPAddress>11.78.16.2</NewExternalIPAddress>'));
    expect(interview.external).toEqual({ address: '11.78.16.2', port: 40_000 });
    expect(interview.step).toBeNull();
  });

  it('has nothing where the router refuses, or has no public address', () => {
    const refused = begin(7_200);
    refused.read(description);
    const said = refused.read(
      '<s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail></s:Fault>',
    );
    expect([said.outcome, said.said.resultCode, refused.step]).toEqual(['refused', 718, null]);
    const inner = begin(7_200);
    inner.read(description);
    inner.read(answer('AddPortMapping'));
    inner.read(answer('GetExternalIPAddress', '<NewExternalIPAddress></NewExternalIPAddress>'));
    expect([refused.external, inner.external]).toEqual([null, null]);
  });

  it('gives it back by its number', () => {
    const interview = begin(0);
    interview.read(description);
    expect(asked(interview)).toContain('#DeletePortMapping"');
    expect(asked(interview)).toContain(
      '<NewRemoteHost></NewRemoteHost><NewExternalPort>40000</NewExternalPort><NewProtocol>UDP</NewProtocol></u:',
    );
    interview.read(answer('DeletePortMapping'));
    expect(interview.step).toBeNull();
  });

  it('asks nobody but the router', () => {
    const interview = begin(7_200);
    interview.read(description.replace('/ctl/IPConn', 'http://192.168.1.9/ctl'));
    expect(interview.step).toBeNull();
  });
});
