export const natWords = {
  nat: {
    title: 'NAT behaviour',
    hint: (verdictTime: string, sent: number, received: number) =>
      `Found out in ${verdictTime} from ${sent} packets sent and ${received} received (RFC 4787, RFC 5780).`,
    sure: (share: string) => `${share} sure`,
    confidenceHint: 'Confidence: how sure the verdict is, from its evidence',
    possible: (values: readonly string[]) => `Still possible: ${values.join(', ')}.`,
    /** Every socket has its own port; three show the pattern, the report has them all. */
    endpoints: (all: readonly string[]) => {
      if (all.length === 0) return 'None seen';
      const shown = all.slice(0, 3).join(', ');
      return all.length > 3 ? `${shown} and ${all.length - 3} more` : shown;
    },
    others: {
      alg: 'ALG rewrites packets',
      witness: 'Seen by the server',
      carrierNat: 'Carrier’s NAT',
      portMapping: 'Port mapping',
      portPrediction: 'Chance that the next port is guessed',
      serverFault: 'RFC 5780 server',
      inboundRefresh: 'Inbound packets refresh',
      tcpMapping: 'TCP mapping',
      tcpFiltering: 'TCP filtering',
      pathMtu: 'Path MTU (bytes)',
      fragmentsUp: 'Sent fragments arrive',
      fragmentsDown: 'Fragments come in',
      ipv6Udp: 'UDP over IPv6',
      ipv6Translated: 'IPv6 translated',
      ipv6Filtering: 'IPv6 filtering',
      nat64: 'NAT64',
      clat: '464XLAT',
      vpn: 'VPN',
      httpProxy: 'HTTP proxy',
      captivePortal: 'Captive portal',
    } as Readonly<Record<string, string>>,
    chance: (share: number) => `${Number((100 * share).toPrecision(2))} %`,
    finding: (name: string) => name.replaceAll('-', ' '),
    facts: {
      behindNat: 'Behind a NAT',
      udp: 'UDP',
      mapping: 'Mapping',
      filtering: 'Filtering',
      legacy: 'RFC 3489 name',
      portAllocation: 'Port allocation',
      ipPooling: 'Address pooling',
      publicEndpoints: 'Public endpoints',
      hairpin: 'Hairpinning',
      natLevels: 'NAT levels',
      bindingLifetimeSec: 'Binding lifetime',
    },
    behaviours: {
      'endpoint-independent': 'Endpoint-independent',
      'address-dependent': 'Address-dependent',
      'port-dependent': 'Port-dependent',
      'address-and-port-dependent': 'Address- and port-dependent',
      inconclusive: 'Inconclusive',
    },
    yesNo: (value: boolean | null) => (value === null ? 'Unknown' : value ? 'Yes' : 'No'),
    udp: { open: 'Open', blocked: 'Blocked', inconclusive: 'Inconclusive' },
    hairpin: { yes: 'Yes', no: 'No', unknown: 'Unknown' },
    portAllocation: {
      preserving: 'Preserving',
      sequential: 'Sequential',
      random: 'Random',
      'parity-preserving': 'Keeps even and odd',
      unknown: 'Unknown',
    },
    ipPooling: { paired: 'Paired', arbitrary: 'Arbitrary', unknown: 'Unknown' },
    levels: (count: number | null, atLeast: boolean) => {
      if (count === null) return 'Unknown';
      return atLeast ? `At least ${count}` : `${count}`;
    },
    none: 'None',
    lifetime: (seconds: number | null, atLeast: boolean) => {
      if (seconds === null) return 'Not measured';
      return atLeast ? `At least ${seconds} s` : `${seconds} s`;
    },
    setting: (sentence: string) => `For the administrator: ${sentence}`,
  },
} as const;
