/** `--plan`: what a probe would send, as data that can be read and compared before anything is sent. */

import { portControlPort } from '../probe/gateway/pcp.ts';
import { ssdpGroup, ssdpPort } from '../probe/gateway/ssdp.ts';
import { traceHops } from '../probe/gateway/trace.ts';
import type { BehaviourRequest } from '../probe/nat/behaviours.ts';
import { hairpinServerSpecs } from '../probe/nat/hairpin.ts';
import { refreshEverySec } from '../probe/nat/inbound-refresh.ts';
import { askerSocket, learnSpec, witnessSocket } from '../probe/nat/lifetime-plan.ts';
import type { ProbeSpec } from '../probe/nat/nat-probe.ts';
import { pairTestSpecs } from '../probe/nat/pair-test.ts';
import { filterSpecs, firstMappingSpecs, mappingSocketIds, planNat } from '../probe/nat/plan.ts';
import { downSizes, upSizes } from '../probe/path/mtu-plan.ts';
import type { PathRequest } from '../probe/path/path-plan.ts';
import { tcpMappingGroups } from '../probe/path/tcp-test.ts';
import { isTurn, type ProbeTarget } from '../probe/target.ts';
import { type Endpoint, formatEndpoint } from '../stun/endpoint.ts';
import type { Paint } from './style.ts';
import { renderTable } from './table.ts';

export function probePlanText(
  targets: readonly ProbeTarget[],
  behaviours: BehaviourRequest & PathRequest,
  paint: Paint,
  service: URL | null = null,
): string {
  // Names stand for the addresses that they resolve to when the probe runs.
  const udp = targets.filter((t) => t.uri.transport === 'udp');
  const servers = udp.map((t) => ({ address: t.uri.host, port: t.uri.port }));
  const head = (names: readonly string[]) => names.map((name) => paint('dim', name));
  const lines = [paint('bold', 'Every server, over its transport')];
  const perServer = targets.map((t) => [
    t.uri.text,
    t.uri.transport,
    isTurn(t.uri) ? 'Allocate, then Refresh with lifetime 0' : 'Binding',
    t.secret !== undefined
      ? 'ephemeral, from the secret'
      : t.username !== undefined && isTurn(t.uri)
        ? `as ${t.username}`
        : 'none',
  ]);
  lines.push(renderTable({ head: head(['server', 'over', 'requests', 'credentials']), rows: perServer }));
  const [first] = servers;
  if (first === undefined) {
    lines.push('', 'No UDP server: NAT behaviour cannot be measured.', '');
    return lines.join('\n');
  }
  const plan = planNat(servers);
  const mapping = firstMappingSpecs(plan);
  const filters = Array.from({ length: plan.filterSockets }, (_, i) =>
    filterSpecs(`filter-${i + 1}`, first),
  ).flat();
  const rows = [...mapping, ...filters].map((spec) => [
    spec.socket,
    formatEndpoint(spec.to),
    spec.change === 'none' ? 'Binding' : `Binding with CHANGE-REQUEST (${spec.change})`,
  ]);
  const { pacing } = plan;
  lines.push(
    '',
    paint('bold', 'NAT behaviour (RFC 5780), all at once'),
    renderTable({ head: head(['socket', 'to', 'request']), rows }),
    '',
    `  then, once the first server names its alternate address (OTHER-ADDRESS): a Binding from each of ${mappingSocketIds(plan).join(', ')}`,
    '  to its three other corners (other port, other address, both).',
    `  Each request is sent until answered: at ${pacing.sendOffsetsMs.slice(0, pacing.blindSends).join(', ')} ms, up to ${pacing.sendOffsetsMs.length} times when packets get lost.`,
    `  Without any answer by ${pacing.firstAnswerMs} ms UDP counts as silent; the same servers are then asked over TCP.`,
    ...behaviourLines(behaviours, first, paint),
    ...pathLines(behaviours, first, paint),
    ...(service === null
      ? []
      : [
          '',
          `  Before the first packet a witness session is opened at ${service.origin}, and read after the last.`,
        ]),
    '',
  );
  return lines.join('\n');
}

/** What the tests of the path add, at the same time as those of the NAT that were asked for. */
function pathLines(request: PathRequest, server: Endpoint, paint: Paint): string[] {
  const { tcp = false, mtu = false, ipv6 = false, network = false, portalUrl } = request;
  const to = formatEndpoint(server);
  const tcpLines = [
    '',
    paint('bold', 'TCP mapping and filtering (RFC 5382 §4)'),
    `  one connection to ${to} from a port that then listens: the server is asked (CONNECT-BACK) to connect to it`,
    `  from its other address and from another port; then, from each of ${tcpMappingGroups.length} more ports, connections to its four corners.`,
  ];
  const mtuLines = [
    '',
    paint('bold', 'Path MTU and fragments (RFC 8899, RFC 4787 §11)'),
    `  Bindings to ${to} in packets of ${upSizes.join(', ')} bytes, and such that ask for answers`,
    `  of ${downSizes.join(', ')} bytes (PADDING).`,
  ];
  const ipv6Lines = [
    '',
    paint('bold', 'IPv6, and NAT64 (RFC 6146, RFC 7050)'),
    '  the same tests of NAT behaviour over IPv6, where a server has such an address; AAAA records of ipv4only.arpa from the',
    '  system’s name servers, and where they name a prefix, one Binding to the first server behind it.',
  ];
  const networkLines = [
    '',
    paint('bold', 'VPN, proxy, captive portal'),
    '  interfaces and their addresses; CONNECT to the servers through the proxies that HTTPS_PROXY, ALL_PROXY and HTTP_PROXY name;',
    `  ${portalUrl === undefined ? 'no page to find a captive portal by (--portal URL)' : `GET ${portalUrl}`}.`,
  ];
  return [
    ...(tcp ? tcpLines : []),
    ...(mtu ? mtuLines : []),
    ...(ipv6 ? ipv6Lines : []),
    ...(network ? networkLines : []),
  ];
}

/** What the flags of single tests add. All but the questions to the router follow the discovery. */
function behaviourLines(
  { hairpin = false, pairs = false, gateway = false, lifetimeSec }: BehaviourRequest,
  server: Endpoint,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  const binding = (specs: readonly ProbeSpec[]) =>
    specs.map((spec) => [spec.socket, formatEndpoint(spec.to), 'Binding']);
  const head = ['socket', 'to', 'request'].map((name) => paint('dim', name));
  if (hairpin) {
    const rows = [
      ...binding(hairpinServerSpecs('learn', server)),
      ['hairpin-a', 'public endpoint of hairpin-b', 'Binding'],
      ['hairpin-b', 'public endpoint of hairpin-a', 'Binding'],
      ...binding(hairpinServerSpecs('control', server)),
    ];
    lines.push(
      '',
      paint('bold', 'Hairpinning (RFC 4787 §6), only behind a NAT'),
      renderTable({ head, rows }),
    );
  }
  if (pairs) {
    const rows = pairTestSpecs({ primary: server, other: server }).map((spec) => [
      spec.socket,
      spec.purpose === 'pairs/scope-second' ? 'its alternate address and port' : formatEndpoint(spec.to),
      spec.change === 'none' ? 'Binding' : `Binding, ${spec.change}`,
    ]);
    const last = ['pairs-scope', formatEndpoint(server), 'Binding, change-both'];
    lines.push(
      '',
      paint('bold', 'What decides about pairs, only with a second server address'),
      renderTable({ head, rows: [...rows, last] }),
      '',
      '  then a Binding to wherever an answer came from, and to the server itself where none came.',
    );
  }
  if (gateway) {
    const rows = gatewayQuestions.map(([to, request]) => [to, request]);
    lines.push(
      '',
      paint('bold', 'Nearest router, behind a private address only; nothing is mapped'),
      renderTable({ head: head.slice(1), rows }),
    );
  }
  if (lifetimeSec !== undefined) {
    const sockets = [0, ...lifetimeSec];
    lines.push(
      '',
      paint('bold', `Binding lifetime (RFC 5780 §4.6), takes ${lifetimeSec.at(-1) ?? 0} s`),
      renderTable({ head, rows: binding(sockets.map((sec) => learnSpec(sec, server))) }),
      '',
      `  then silence. After ${lifetimeSec.join(', ')} s ${askerSocket} asks the server once for each, with RESPONSE-PORT, to answer`,
      `  to the public port of the socket that was idle so long, and as a control to that of ${witnessSocket}.`,
      '  A server without RESPONSE-PORT: each idle socket sends a Binding itself, and the public ports are compared.',
      `  One more socket makes a mapping and is then silent, while the server sends to it every ${refreshEverySec(lifetimeSec)} s.`,
    );
  }
  return lines;
}

const gatewayQuestions = [
  [`router:${portControlPort}`, 'PCP ANNOUNCE (RFC 6887)'],
  [`router:${portControlPort}`, 'NAT-PMP public address request (RFC 6886)'],
  [`${ssdpGroup}:${ssdpPort} and router:${ssdpPort}`, 'SSDP search for an InternetGatewayDevice'],
  ['router, over HTTP', 'its UPnP description, GetExternalIPAddress, GetStatusInfo'],
  ['own public address, and the server', `traceroute, up to ${traceHops} hops each`],
] as const;
