/** Which port-mapping protocols does the nearest router speak? Announcements only: nothing is mapped to find out. */
import type { Evidence, GatewayProtocol } from '../../contract/evidence.ts';
import { resultText } from '../gateway/result-codes.ts';
import type { Finding } from './finding.ts';
import { obstacleOf, protocolNames, speaks } from './gateway-facts.ts';

/** In the order in which they are reported, each with the questions that it begins with. */
const firstQuestions: readonly (readonly [GatewayProtocol, ...string[]])[] = [
  ['pcp', 'gateway/pcp'],
  ['nat-pmp', 'gateway/nat-pmp'],
  ['upnp-igd', 'gateway/upnp-search', 'gateway/upnp-direct'],
];
const protocols = firstQuestions.map(([protocol]) => protocol);

/** Null where it was not asked for; the value is null where it could not be found out. */
export function classifyPortMapping(gateway: readonly Evidence[]): Finding<string[] | null> | null {
  const asked = gateway.filter((e) => !e.purpose.startsWith('gateway/trace-'));
  if (asked.length === 0) return null;
  const evidence = asked.map((e) => e.id);
  const unknown = (reason: string) => ({ value: null, confidence: 0, reason, evidence });
  const obstacle = obstacleOf(asked);
  if (obstacle !== null) return unknown(obstacle);
  const spoken = protocols.filter((p) => asked.some((e) => e.gateway?.protocol === p && speaks(e)));
  if (spoken.length > 0) {
    const reason = spoken.map((p) => sentenceOf(p, asked)).join('; ');
    return { value: spoken, confidence: 0.999, reason, evidence };
  }
  const unsettled = firstQuestions.flatMap(([protocol, ...purposes]) => {
    const first = asked.filter((e) => purposes.includes(e.purpose));
    return first.every((e) => e.outcome === 'failed' || e.outcome === 'pending') ? [protocol] : [];
  });
  if (unsettled.length > 0) {
    const which = unsettled.map((p) => protocolNames[p]).join(', ');
    return unknown(`the router could not be asked over ${which}`);
  }
  // Silence may be loss, a host firewall, or a wireless network that drops multicast.
  const reason = 'the nearest router answered neither PCP, NAT-PMP nor UPnP';
  return { value: [], confidence: 0.9, reason, evidence };
}

function sentenceOf(protocol: GatewayProtocol, asked: readonly Evidence[]): string {
  const answers = asked.flatMap((e) => (e.gateway?.protocol === protocol ? [e.gateway] : []));
  const address = answers.find((a) => a.externalAddress !== null)?.externalAddress ?? null;
  const device = answers.find((a) => a.device !== null)?.device ?? null;
  const version = answers.find((a) => a.version !== null)?.version ?? null;
  const code = answers.find((a) => a.resultCode !== null && a.resultCode !== 0)?.resultCode ?? null;
  const title = protocol === 'upnp-igd' ? 'UPnP InternetGatewayDevice' : protocolNames[protocol];
  const details = [
    ...(device === null ? [] : [`“${device}”`]),
    ...(address === null ? [] : [`outer address ${address}`]),
    ...(code === null ? [] : [`refuses with ${resultText(protocol, code)}`]),
  ];
  return [`${title} ${version ?? ''}`.trim(), ...details].join(', ');
}
