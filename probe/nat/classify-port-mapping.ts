/** Which port-mapping protocols does the nearest router speak? Announcements only: nothing is mapped to find out. */
import type { Evidence, GatewayProtocol } from '../../contract/evidence.ts';
import type { Verdict } from '../../contract/nat-report.ts';
import { resultText } from '../gateway/result-codes.ts';
import { obstacleOf, protocolNames, speaks } from './gateway-facts.ts';

/** In the order in which they are reported, each with the questions that it begins with. */
const firstQuestions: readonly (readonly [GatewayProtocol, ...string[]])[] = [
  ['pcp', 'gateway/pcp'],
  ['nat-pmp', 'gateway/nat-pmp'],
  ['upnp-igd', 'gateway/upnp-search', 'gateway/upnp-direct'],
];
const protocols = firstQuestions.map(([protocol]) => protocol);

/** Empty when it was not asked for. */
export function classifyPortMapping(gateway: readonly Evidence[]): Verdict[] {
  const asked = gateway.filter((e) => !e.purpose.startsWith('gateway/trace-'));
  if (asked.length === 0) return [];
  const name = 'portMapping';
  const obstacle = obstacleOf(asked);
  const evidence = asked.map((e) => e.id);
  if (obstacle !== null) return [{ name, value: null, confidence: 0, reason: obstacle, evidence }];
  const spoken = protocols.filter((p) => asked.some((e) => e.gateway?.protocol === p && speaks(e)));
  const unsettled = firstQuestions.flatMap(([protocol, ...purposes]) => {
    const first = asked.filter((e) => purposes.includes(e.purpose));
    return first.every((e) => e.outcome === 'failed' || e.outcome === 'pending') ? [protocol] : [];
  });
  if (spoken.length === 0 && unsettled.length > 0) {
    const which = unsettled.map((p) => protocolNames[p]).join(', ');
    return [
      { name, value: null, confidence: 0, reason: `the router could not be asked over ${which}`, evidence },
    ];
  }
  const said = spoken.map((p) => sentenceOf(p, asked)).join('; ');
  return [
    {
      name,
      value: [...spoken],
      // Silence may be loss, a host firewall, or a wireless network that drops multicast.
      confidence: spoken.length > 0 ? 0.999 : 0.9,
      reason: spoken.length > 0 ? said : 'the nearest router answered neither PCP, NAT-PMP nor UPnP',
      evidence,
    },
  ];
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
