import { type CompleteNatSpec, natLabel } from './nat-spec.ts';
import { ignoreStrangersOverTcp, tcpMasquerade } from './nat-tcp.ts';
import { chain, countedMap, keyOf, keyTypes, lans, learned, portSequence, wan } from './nft-text.ts';

const udp = 'meta l4proto udp';
/** Conntrack's mark on a flow from outside that a mapping of the NAT waited for; a daemon's flows have none. */
const ownFlow = '0x1';

const unawaited = `iifname ${wan} ${udp} ip daddr . udp dport != @ext_in`;
const dropEarly = [
  '  # Before conntrack sees it: what no mapping waits for must not leave an entry, which would take the port away',
  '  # from the hole punch that follows; nor may inbound packets keep a mapping alive (RFC 4787 REQ-6).',
  chain('raw', 'type filter hook prerouting priority raw', [`${unawaited} drop`]),
];
const dropLater = [
  '  # Flows whose mapping is over. A new one may be for a port that the daemon has opened, which its rules know, and',
  '  # they come later; what they do not take is dropped on its way to the router itself, and leaves no entry either.',
  chain('over', 'type filter hook prerouting priority mangle', [
    `${unawaited} ct direction reply drop`,
    `${unawaited} ct mark ${ownFlow} drop`,
  ]),
];

/**
 * NAT on top of conntrack. Conntrack translates; two maps teach it which translation to choose, and a set says who
 * may come in. They are filled in a filter chain *behind* SNAT, because NAT chains see only the first packet of a
 * flow (live traffic would not refresh) and because only there the port that was really chosen is known.
 * @param addresses external addresses of the NAT, all of them configured on `wan`
 * @param opensPorts a port-mapping daemon translates as well, before these rules do, and whoever it lets in is in
 */
export function sessionNatRules(
  spec: CompleteNatSpec,
  addresses: readonly string[],
  opensPorts: boolean,
): string {
  const { mapping, filtering, lifetimeSec, hairpin } = spec;
  const filters = filtering !== 'endpoint-independent';
  const perEndpoint = spec.filterScope === 'endpoint';
  const original = { address: 'ct original ip daddr', port: 'ct original proto-dst' };
  const sender = { address: 'ip saddr', port: 'udp sport' };
  const receiver = { address: 'ip daddr', port: 'udp dport' };
  const mapKey = keyOf(['ip saddr', 'udp sport'], mapping, original);
  const learnedMapKey = keyOf(['ct original ip saddr', 'ct original proto-src'], mapping, original);

  /** Permission for a packet from inside, for the answer to one from outside, and to look up one from outside. */
  const permit = {
    outgoing: keyOf(
      perEndpoint
        ? ['ct original ip saddr', 'ct original proto-src']
        : ['ct reply ip daddr', 'ct reply proto-dst'],
      filtering,
      original,
    ),
    answering: keyOf(
      perEndpoint ? ['ct reply ip saddr', 'ct reply proto-src'] : ['ip saddr', 'udp sport'],
      filtering,
      receiver,
    ),
    incoming: keyOf(
      perEndpoint ? ['ip daddr', 'udp dport'] : ['ct original ip daddr', 'ct original proto-dst'],
      filtering,
      sender,
    ),
  };
  /** In an answer to a flow from inside the external endpoint is at the other end of the conntrack entry. */
  const returning = keyOf(
    perEndpoint ? ['ip daddr', 'udp dport'] : ['ct reply ip daddr', 'ct reply proto-dst'],
    filtering,
    sender,
  );
  const external = `{ ${addresses.join(', ')} }`;
  const turnedBack = `iifname ${lans} oifname ${lans} ct status dnat ${udp}`;
  const preserving = spec.ports === 'preserving';

  return [
    `# ${natLabel(spec)}: ${mapping} mapping, ${filtering} filtering, permissions per ${spec.filterScope}.`,
    `# UDP mappings live ${lifetimeSec} s after the last outbound packet; conntrack's UDP timeouts must be the same.`,
    'table ip polynya_nat {',
    '  # internal endpoint (and what the mapping depends on) -> external endpoint',
    learned(
      'map',
      'map_out',
      `${keyOf(['ipv4_addr', 'inet_service'], mapping, keyTypes)} : ipv4_addr . inet_service`,
      lifetimeSec,
    ),
    '  # external endpoint -> internal endpoint',
    learned('map', 'ext_in', 'ipv4_addr . inet_service : ipv4_addr . inet_service', lifetimeSec),
    ...(filters
      ? [
          '  # who may send to which mapping or endpoint',
          learned('set', 'perm', keyOf(['ipv4_addr', 'inet_service'], filtering, keyTypes), lifetimeSec),
        ]
      : []),
    ...(preserving
      ? [
          '  # external ports in use, so that a port is preserved but never shared',
          ...addresses.map((_, index) => learned('set', `used${index}`, 'inet_service', lifetimeSec)),
        ]
      : []),
    ...(opensPorts ? dropLater : dropEarly),
    chain('pre', 'type nat hook prerouting priority dstnat', [
      ...(opensPorts ? [`iifname ${wan} ${udp} ip daddr . udp dport @ext_in ct mark set ${ownFlow}`] : []),
      `iifname ${wan} ${udp} dnat ip to ip daddr . udp dport map @ext_in`,
      ...(hairpin
        ? [`iifname ${lans} ip daddr ${external} ${udp} dnat ip to ip daddr . udp dport map @ext_in`]
        : []),
    ]),
    chain('post', 'type nat hook postrouting priority srcnat', [
      `oifname ${wan} ${udp} jump do_snat`,
      ...(hairpin
        ? ['# RFC 4787 REQ-9: a turned-back packet shows its external source', `${turnedBack} jump do_snat`]
        : []),
      tcpMasquerade(mapping),
    ]),
    '  # One chain for both directions: a counter belongs to its rule, two rules would give the same port twice.',
    chain('do_snat', '', [
      `${udp} snat ip to ${mapKey} map @map_out`,
      ...chooseAddress(spec, addresses.length),
    ]),
    ...addresses.map((address, index) => chain(`take${index}`, '', takePort(spec, address, index))),
    chain('learn', 'type filter hook postrouting priority srcnat + 10', [
      `oifname ${wan} ${udp} goto learn_udp`,
      ...(hairpin ? [`${turnedBack} goto learn_udp`] : []),
    ]),
    chain('learn_udp', '', [
      `${udp} ct direction reply update @ext_in { ip saddr . udp sport : ct reply ip saddr . ct reply proto-src }`,
      `${udp} ct direction original update @ext_in { ct reply ip daddr . ct reply proto-dst : ct original ip saddr . ct original proto-src }`,
      `${udp} ct direction original update @map_out { ${learnedMapKey} : ct reply ip daddr . ct reply proto-dst }`,
      ...(preserving
        ? addresses.map(
            (address, index) =>
              `${udp} ct direction original ct reply ip daddr ${address} update @used${index} { ct reply proto-dst }`,
          )
        : []),
      ...(filters
        ? [
            `${udp} ct direction original update @perm { ${permit.outgoing} }`,
            `${udp} ct direction reply update @perm { ${permit.answering} }`,
          ]
        : []),
      ...(filters && hairpin
        ? [`oifname ${lans} ${udp} ct direction original ${permit.incoming} != @perm drop`]
        : []),
    ]),
    chain('forward', 'type filter hook forward priority filter', [
      ...(opensPorts ? [`iifname ${wan} ct direction original ct status dnat ct mark 0 accept`] : []),
      ...(filters
        ? [
            `iifname ${wan} ${udp} ct direction original ${permit.incoming} @perm accept`,
            `iifname ${wan} ${udp} ct direction reply ${returning} @perm accept`,
          ]
        : []),
      `iifname ${wan} ${udp} ${filters ? 'drop' : 'accept'}`,
      `iifname ${wan} ct state established,related accept`,
      `iifname ${wan} drop`,
    ]),
    '  # The router itself answers nobody: an entry for it would take the port away as well.',
    chain('input', 'type filter hook input priority filter', [
      `iifname ${wan} ${udp} drop`,
      ignoreStrangersOverTcp,
      `iifname ${lans} ip daddr ${external} drop`,
    ]),
    '}',
    '',
  ].join('\n');
}

/** Which external address a new mapping gets. The last rule needs no condition. */
function chooseAddress(spec: CompleteNatSpec, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    if (index === count - 1) return `${udp} goto take${index}`;
    if (spec.pairing === 'arbitrary') {
      // One in n of all, one in n - 1 of the rest, …: every address in turn.
      return `${udp} numgen inc mod ${count - index} 0 goto take${index}`;
    }
    // RFC 4787 s4.1 "paired": the internal address alone decides.
    return `${udp} jhash ip saddr mod ${count} seed 0x${spec.seed.toString(16)} ${index} goto take${index}`;
  });
}

/** Which port it gets on that address. */
function takePort(spec: CompleteNatSpec, address: string, index: number): string[] {
  const next = (parity: 0 | 1 | null) => {
    const ports = portSequence(spec, parity);
    return `snat to ${address} : numgen inc mod ${ports.length} ${countedMap(ports)}`;
  };
  switch (spec.ports) {
    case 'preserving':
      return [`${udp} udp sport != @used${index} snat to ${address}`, `${udp} ${next(null)}`];
    case 'parity-preserving':
      return [`${udp} udp sport & 1 == 0 ${next(0)}`, `${udp} ${next(1)}`];
    case 'sequential':
    case 'random':
      return [`${udp} ${next(null)}`];
  }
}
