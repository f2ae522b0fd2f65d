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
    alg: 'ALG rewrites packets',
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
    mappingMeans: {
      'endpoint-independent': 'The same public port for every destination: good for direct connections.',
      'address-dependent': 'Another public port for every destination address.',
      'port-dependent': 'Another public port for every destination port.',
      'address-and-port-dependent': 'Another public port for every destination: direct connections are hard.',
      inconclusive: 'The answers do not allow a verdict.',
    },
    filteringMeans: {
      'endpoint-independent': 'Lets in packets from anyone.',
      'address-dependent': 'Lets in packets only from addresses that were sent to.',
      'port-dependent': 'Lets in packets only from ports that were sent to.',
      'address-and-port-dependent': 'Lets in packets only from the very address and port that were sent to.',
      inconclusive: 'The answers do not allow a verdict.',
    },
    yesNo: (value: boolean | null) => (value === null ? 'Unknown' : value ? 'Yes' : 'No'),
    udp: { open: 'Open', blocked: 'Blocked', inconclusive: 'Inconclusive' },
    hairpin: {
      yes: 'Yes: hosts behind this NAT can meet at its public address',
      no: 'No: hosts behind this NAT cannot meet at its public address',
      unknown: 'Unknown',
    },
    portAllocation: {
      preserving: 'Preserving: public port = local port',
      sequential: 'Sequential',
      random: 'Random',
      'parity-preserving': 'Keeps even and odd',
      unknown: 'Unknown',
    },
    ipPooling: {
      paired: 'Paired: one public address per host',
      arbitrary: 'Arbitrary: several public addresses per host',
      unknown: 'Unknown',
    },
    levels: (count: number | null) => {
      if (count === null) return 'Unknown';
      if (count === 0) return '0: no NAT';
      return count === 1 ? '1: one NAT' : `${count}: carrier-grade or double NAT`;
    },
    lifetime: (seconds: number | null) => (seconds === null ? 'Not measured' : `${seconds} s`),
  },
} as const;
