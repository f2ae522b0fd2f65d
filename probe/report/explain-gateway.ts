/** Questions to the nearest router and traces, in the words of the packet timeline. */
import type { Evidence } from '../../contract/evidence.ts';
import { classifyPortMapping } from '../nat/classify-port-mapping.ts';
import { protocolNames, publicHopOf } from '../nat/gateway-facts.ts';
import type { PacketLine } from './packet-line.ts';

const requests: Readonly<Record<string, string>> = {
  'gateway/pcp': 'PCP ANNOUNCE',
  'gateway/nat-pmp': 'NAT-PMP public address request',
  'gateway/upnp-search': 'SSDP search for InternetGatewayDevice',
  'gateway/upnp-description': 'GET of the device description',
  'gateway/upnp-address': 'UPnP GetExternalIPAddress',
  'gateway/upnp-status': 'UPnP GetStatusInfo',
};

/** Null: no question to a router. */
export function gatewayRequestText({ purpose }: Evidence): string | null {
  return requests[purpose] ?? null;
}

export function gatewayAnswerText({ gateway, purpose }: Evidence): string {
  if (gateway === undefined) return purpose === 'gateway/upnp-search' ? 'a router is there' : 'success';
  const { protocol, version, resultCode, externalAddress, connected, device } = gateway;
  const facts = [
    `${protocolNames[protocol]} ${version ?? ''}`.trim(),
    ...(device === null ? [] : [`“${device}”`]),
    ...(resultCode === null ? [] : [`code ${resultCode}`]),
    ...(externalAddress === null ? [] : [`outer address ${externalAddress}`]),
    ...(connected === null ? [] : [connected ? 'connected' : 'not connected']),
  ];
  return facts.join(', ');
}

/** A trace is shown hop by hop; its packets all left at about the same time. */
export function traceLines({ id, purpose, to, sentMs, hops = [], notes }: Evidence): PacketLine[] {
  const [startMs = null] = sentMs;
  const aim = purpose === 'gateway/trace-public' ? 'own public address' : 'server';
  const line = (
    kind: PacketLine['kind'],
    peer: string | null,
    text: string,
    atMs: number | null,
  ): PacketLine => ({
    atMs,
    kind,
    evidence: id,
    peer,
    text,
  });
  return [
    line('out', to.address, `traceroute to ${aim}, ${hops.length} hops`, startMs),
    ...hops.map(({ ttl, address, rttMs }) =>
      address === null
        ? line('silence', null, `hop ${ttl} does not answer`, startMs)
        : line(
            'in',
            address,
            `hop ${ttl}${rttMs === null ? '' : `, ${rttMs.toFixed(1)} ms`}`,
            startMs === null ? null : startMs + (rttMs ?? 0),
          ),
    ),
    ...notes.map((note) => line('note', null, note, startMs)),
  ];
}

export function gatewayConclusions(group: readonly Evidence[]): string[] {
  const { hop, beyond } = publicHopOf(group);
  const place = hop === null ? `beyond hop ${beyond}` : `at hop ${hop}`;
  const meaning = hop === 1 ? 'the nearest router has it' : 'the nearest router passes it on';
  return [
    ...classifyPortMapping(group).map(({ reason }) => `gateway: ${reason}`),
    ...(hop === null && beyond === 0 ? [] : [`gateway/trace-public: ${place} → ${meaning}`]),
  ];
}
