import type { Rate } from '../../../contract/runs.ts';
import { formatCount, formatInterval, formatShare } from '../format/measure.ts';

const attempts = ({ succeeded, attempts: n }: Rate) => `${formatCount(succeeded)} of ${formatCount(n)}`;

export const overviewWords = {
  overview: {
    title: 'Overview',
    hint: 'How often connections succeed, and what the newest reports say.',
    rateTitle: 'Success rate per path',
    rateHint: 'Share of attempts that connected and echoed data. Bands and whiskers: 95 % Wilson interval.',
    rateAxis: 'Success rate',
    range: 'Time range',
    bucket: 'One point per',
    buckets: { hour: 'Hourly', day: 'Daily' },
    noAttempts: 'No attempts in this range',
    noAttemptsText: 'Browser checks count here, one attempt a path. Choose a longer range, or run a check.',
    ofAttempts: (rate: Rate) => `n = ${formatCount(rate.attempts)}, ${formatCount(rate.succeeded)} succeeded`,
    intervalOf: (interval: string) => `95 % interval ${interval}`,
    harnessFaults: (count: number) => `${formatCount(count)} faults of the tool itself, counted apart`,
    rateOf: (path: string, rate: Rate) =>
      `${path}: ${formatShare(rate.rate)} (${attempts(rate)}, 95 % interval ${formatInterval(rate)})`,
    finding: (path: string, rate: Rate) =>
      `${path}: ${attempts(rate)} attempts succeeded, ${formatShare(rate.rate)} (95 % interval ${formatInterval(rate)}).`,
    columns: { time: 'From', path: 'Path', rate: 'Rate', interval: '95 % interval', count: 'Attempts' },
    latest: 'Latest runs',
    allRuns: 'All runs',
  },
  probe: {
    title: 'Probe this host',
    hint: 'Finds out how the network around the service’s host treats UDP, and tests every enabled server. About 1\u00a0s.',
    start: 'Probe this host',
    startFirst: 'Run the first check',
    starting: 'Starting',
    open: 'Open the report',
    failed: 'The probe did not finish',
    failedUnknown: 'The service gave no reason.',
    tests: 'Further tests, some seconds each',
    test: {
      hairpin: { label: 'Hairpinning', text: 'Do hosts behind the NAT meet at their public addresses?' },
      pairs: { label: 'Pairs', text: 'What decides about peers besides mapping and filtering.' },
      gateway: { label: 'Router', text: 'Asks the nearest router what it is, and counts the NATs.' },
      tcp: { label: 'TCP', text: 'How TCP is mapped and filtered.' },
      mtu: { label: 'Packet sizes', text: 'Path MTU, and whether fragments arrive.' },
      ipv6: { label: 'IPv6', text: 'The IPv6 firewall, NAT64 and 464XLAT.' },
      network: { label: 'Network', text: 'VPN and HTTP proxy of the service’s host.' },
    },
    lifetime: 'Binding lifetime',
    lifetimeText: 'How long an idle mapping lives; the probe takes that long.',
    noLifetime: 'Not measured',
    upTo: (sec: number) => `Up to ${sec}\u00a0s`,
  },
  welcome: {
    title: 'See why a connection works, and why it does not',
    lead: 'Polynya finds out how a network treats peer-to-peer traffic, tests STUN and TURN servers, and says in plain words what is wrong and what to do next.',
    browser: 'Check this browser',
    clickTitle: 'What a click does',
    what: 'What happens',
    whatText:
      'This host sends STUN and TURN test packets, reads the answers, and names its NAT’s mapping and filtering with the evidence.',
    where: 'What is sent where',
    whereText:
      'Only test packets, and only to the enabled servers. The report stays in this service’s own store.',
    howLong: 'How long it takes',
    howLongText: 'About 1 second where servers answer; some seconds where packets are lost or blocked.',
    jobs: {
      diagnose: {
        title: 'Diagnose',
        text: 'NAT behaviour, candidates and reachability of one host or browser, with confidence and next steps.',
        where: 'Here, on the Check page, or with “polynya probe”.',
      },
      validate: {
        title: 'Validate',
        text: 'Every STUN and TURN server over UDP, TCP and TLS: does it answer, does it relay, how fast, and if not, why.',
        where: 'On the Servers page.',
      },
      compare: {
        title: 'Compare',
        text: 'Direct and relayed connections side by side: how often they succeed and how long they take to set up.',
        where: 'On this page, as soon as there are reports.',
      },
    },
  },
} as const;
