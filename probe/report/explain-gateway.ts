/** Questions to the nearest router and traces, in the words of the packet timeline. */
import type { Evidence } from '../../contract/evidence.ts';
import { resultText } from '../gateway/result-codes.ts';
import { protocolNames, publicHopOf } from '../nat/gateway-facts.ts';
import type { TestTeller } from './explain-test.ts';
import type { PacketLine } from './packet-line.ts';

const requests: Readonly<Record<string, string>> = {
  pcp: 'PCP ANNOUNCE',
  'nat-pmp': 'NAT-PMP public address request',
  'upnp-search': 'SSDP search for InternetGatewayDevice',
  'upnp-direct': 'SSDP search, to the router itself',
  'upnp-description': 'GET of the device description',
  'upnp-address': 'UPnP GetExternalIPAddress',
  'upnp-status': 'UPnP GetStatusInfo',
};

export function gatewayAnswerText({ gateway, purpose }: Evidence): string {
  if (gateway === undefined)
    return purpose === 'gateway/upnp-description' ? 'no description' : 'an InternetGatewayDevice is there';
  const { protocol, version, resultCode, externalAddress, connected, device } = gateway;
  const facts = [
    `${protocolNames[protocol]} ${version ?? ''}`.trim(),
    ...(device === null ? [] : [`“${device}”`]),
    ...(resultCode === null || resultCode === 0 ? [] : [resultText(protocol, resultCode)]),
    ...(externalAddress === null ? [] : [`outer address ${externalAddress}`]),
    ...(connected === null ? [] : [connected ? 'connected' : 'not connected']),
  ];
  return facts.join(', ');
}

/** A trace is shown hop by hop, all at its start: its packets leave together, and when each did is not known. */
export function traceLines({ id, purpose, to, sentMs, hops = [], notes }: Evidence): PacketLine[] {
  const [atMs = null] = sentMs;
  const line = (kind: PacketLine['kind'], peer: string | null, text: string): PacketLine => ({
    atMs,
    kind,
    evidence: id,
    peer,
    text,
  });
  const aim = purpose === 'gateway/trace-public' ? 'own public address' : 'server';
  const last = hops.findLast(({ address }) => address !== null)?.ttl ?? 0;
  const answered = hops.filter(({ ttl }) => ttl <= last);
  return [
    line('out', to.address, `traceroute to ${aim}`),
    ...answered.map(({ ttl, address, rttMs }) => {
      if (address === null) return line('silence', null, `hop ${ttl} does not answer`);
      return line('in', address, `hop ${ttl}${rttMs === null ? '' : `, ${rttMs.toFixed(1)} ms`}`);
    }),
    ...(answered.length < hops.length ? [line('silence', null, `no answer from hop ${last + 1} on`)] : []),
    ...notes.map((note) => line('note', null, note)),
  ];
}

export const gatewayTeller: TestTeller = {
  tells: (name) => name === 'gateway',
  aim: () => 'nearest router: what does it say of itself, and where is the public address?',
  request: (test) => requests[test] ?? null,
  conclusions: ({ group }, { judged }) => {
    const { hop, beyond } = publicHopOf(group);
    const place = hop === null ? `beyond hop ${beyond}` : `at hop ${hop}`;
    const meaning = hop === 1 ? 'the nearest router has it' : 'the nearest router passes it on';
    const mapping = judged.verdicts.filter(({ name }) => name === 'portMapping');
    return [
      ...mapping.map(({ reason }) => `router: ${reason}`),
      ...(hop === null && beyond === 0 ? [] : [`traces: the public address is ${place} → ${meaning}`]),
    ];
  },
};
