import { type CompleteNatSpec, ephemeralPorts, natLabel } from './nat-spec.ts';
import { ignoreStrangersOverTcp, tcpMasquerade } from './nat-tcp.ts';
import { chain, countedMap, keyOf, keyTypes, lans, learned, portSequence, wan } from './nft-text.ts';

/**
 * NAT to the letter of RFC 4787, without conntrack for UDP: every packet looks its mapping up and has its header
 * rewritten. The packet mark carries the external port between the rules. ICMP errors about UDP are not translated.
 */
export function tableNatRules(spec: CompleteNatSpec, address: string): string {
  const { mapping, filtering, lifetimeSec } = spec;
  const filters = filtering !== 'endpoint-independent';
  const perEndpoint = spec.filterScope === 'endpoint';
  const sender = { address: 'ip saddr', port: 'udp sport' };
  const receiver = { address: 'ip daddr', port: 'udp dport' };
  const key = keyOf(['ip saddr', 'udp sport'], mapping, receiver);
  const permit = {
    type: keyOf(perEndpoint ? ['ipv4_addr', 'inet_service'] : ['mark'], filtering, keyTypes),
    outgoing: keyOf(perEndpoint ? ['ip saddr', 'udp sport'] : ['meta mark'], filtering, receiver),
    incoming: keyOf(perEndpoint ? ['ip daddr', 'udp dport'] : ['meta mark'], filtering, sender),
  };
  const ports = translatablePorts(spec);

  return [
    `# ${natLabel(spec)}: ${mapping} mapping, ${filtering} filtering, permissions per ${spec.filterScope}.`,
    `# UDP mappings live ${lifetimeSec} s after the last outbound packet. The mark is the external port.`,
    'table ip polynya_nat {',
    '  # internal endpoint (and what the mapping depends on) -> external port',
    learned('map', 'slot', `${keyOf(['ipv4_addr', 'inet_service'], mapping, keyTypes)} : mark`, lifetimeSec),
    '  # external port -> internal address, internal port',
    learned('map', 'rev_ip', 'mark : ipv4_addr', lifetimeSec),
    learned('map', 'rev_port', 'mark : inet_service', lifetimeSec),
    ...(filters
      ? ['  # who may send to which mapping or endpoint', learned('set', 'perm', permit.type, lifetimeSec)]
      : []),
    '  # A mark is 32 bits, a port 16: nftables converts only through maps.',
    `  map to_port { type mark : inet_service; elements = { ${ports.map((port) => `${port} : ${port}`).join(', ')} }; }`,
    `  map to_mark { type inet_service : mark; elements = { ${ports.map((port) => `${port} : ${port}`).join(', ')} }; }`,
    chain('raw', 'type filter hook prerouting priority raw', [
      'meta l4proto udp notrack',
      `iifname ${wan} ip daddr ${address} meta l4proto udp goto inbound`,
    ]),
    '  # A packet that finds no mapping keeps its address, is for the router itself then, and is dropped in input.',
    chain('inbound', '', [
      'meta mark set udp dport map @to_mark',
      'ip daddr set meta mark map @rev_ip',
      'udp dport set meta mark map @rev_port',
      ...(filters ? [`${permit.incoming} != @perm drop`] : []),
    ]),
    chain('input', 'type filter hook input priority filter', [
      `iifname ${wan} meta l4proto udp drop`,
      ignoreStrangersOverTcp,
      `iifname ${lans} ip daddr ${address} drop`,
    ]),
    chain('forward', 'type filter hook forward priority filter', [
      `iifname ${wan} meta l4proto udp accept`,
      `iifname ${wan} ct state established,related accept`,
      `iifname ${wan} drop`,
    ]),
    chain('post', 'type filter hook postrouting priority srcnat', [
      `oifname ${wan} meta l4proto udp goto outbound`,
    ]),
    chain('other', 'type nat hook postrouting priority srcnat + 1', [
      'meta l4proto udp accept',
      tcpMasquerade(mapping),
    ]),
    chain('outbound', '', [
      `${key} != @slot jump allocate`,
      `meta mark set ${key} map @slot`,
      '# every outbound packet refreshes (RFC 4787 REQ-6), no inbound packet does',
      `update @slot { ${key} : meta mark }`,
      'update @rev_ip { meta mark : ip saddr }',
      'update @rev_port { meta mark : udp sport }',
      ...(filters ? [`update @perm { ${permit.outgoing} }`] : []),
      'udp sport set meta mark map @to_port',
      `ip saddr set ${address}`,
    ]),
    chain('allocate', '', [...takePort(spec), `add @slot { ${key} : meta mark }`]),
    '}',
    '',
  ].join('\n');
}

/** Leaves the external port of a new mapping in the mark. Mark 0 is no port. */
function takePort(spec: CompleteNatSpec): string[] {
  const next = (parity: 0 | 1 | null) => {
    const ports = portSequence(spec, parity);
    return `meta mark set numgen inc mod ${ports.length} ${countedMap(ports)}`;
  };
  switch (spec.ports) {
    case 'preserving':
      return [
        'meta mark set 0',
        'meta mark set udp sport map @to_mark',
        '# taken already: another port, ports are never shared',
        'meta mark @rev_ip meta mark set 0',
        `meta mark 0 ${next(null)}`,
      ];
    case 'parity-preserving':
      return [`udp sport & 1 == 0 ${next(0)}`, `udp sport & 1 == 1 ${next(1)}`];
    case 'sequential':
    case 'random':
      return [next(null)];
  }
}

/** Only these can be external ports; for a preserving NAT that is Linux' ephemeral range too. */
function translatablePorts(spec: CompleteNatSpec): number[] {
  const ports = portSequence(spec, null);
  if (spec.ports !== 'preserving') return ports;
  const { first, last } = ephemeralPorts;
  const preserved = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return [...new Set([...ports, ...preserved])].sort((a, b) => a - b);
}
