/** Terms that several pages share: states, paths, transports, NAT names, who is to blame. */
const legacy = {
  'open-internet': { name: 'Open internet' },
  'symmetric-udp-firewall': { name: 'Symmetric UDP firewall' },
  'full-cone': { name: 'Full cone' },
  'restricted-cone': { name: 'Restricted cone' },
  'port-restricted-cone': { name: 'Port-restricted cone' },
  symmetric: { name: 'Symmetric' },
  'udp-blocked': { name: 'UDP blocked' },
  inconclusive: { name: 'Inconclusive' },
} as const;

export const termWords = {
  units: {
    percent: (share: number) => `${Math.round(share * 100)} %`,
    price: (dollars: number) => `$${dollars.toFixed(2)}`,
  },
  status: { good: 'Good', limited: 'Limited', bad: 'Bad', unknown: 'Unknown' },
  kinds: {
    'nat-report': 'Host probe',
    'visit-report': 'Browser check',
    'turn-report': 'TURN check',
    'lint-report': 'Configuration check',
    'room-report': 'Room',
    'compare-report': 'Comparison',
    'lab-report': 'Lab run',
    'load-report': 'TURN load',
  },
  paths: { mesh: 'Direct', sfu: 'SFU', mcu: 'Audio MCU', relay: 'Relay (TURN)' },
  transports: { udp: 'UDP', tcp: 'TCP', tls: 'TLS' },
  ranges: {
    '1h': 'Last hour',
    '24h': '24 hours',
    '7d': '7 days',
    '30d': '30 days',
    '90d': '90 days',
  },
  /** Where five of them stand side by side on a phone. */
  shortRanges: { '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d', '90d': '90 d' },
  legacy,
  /** How visits are told apart by their NAT. */
  natClasses: {
    'open-internet': legacy['open-internet'].name,
    'symmetric-udp-firewall': legacy['symmetric-udp-firewall'].name,
    'full-cone': legacy['full-cone'].name,
    'restricted-cone': legacy['restricted-cone'].name,
    'port-restricted-cone': legacy['port-restricted-cone'].name,
    symmetric: legacy.symmetric.name,
    'udp-blocked': legacy['udp-blocked'].name,
    inconclusive: legacy.inconclusive.name,
    untested: 'Not tested',
  },
  rungs: {
    none: { name: 'Nothing' },
    S0: { name: 'Signalling' },
    S1: { name: 'Candidate' },
    S2: { name: 'ICE' },
    S3: { name: 'DTLS' },
    S4: { name: 'Data echo' },
    S5: { name: 'First RTP' },
    S6: { name: 'First frame' },
    S7: { name: 'Stable 5\u00a0s' },
  },
  failure: {
    blame: {
      local: 'On this host.',
      network: 'In the network.',
      server: 'At the server.',
      peer: 'At the other end.',
      tool: 'In the settings or the tool.',
    },
  },
} as const;
