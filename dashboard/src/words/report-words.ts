import type { Candidate } from '../../../contract/candidate.ts';
import type { Evidence, GatewayAnswer, Hop } from '../../../contract/evidence.ts';
import type { ServerResult } from '../../../contract/nat-report.ts';
import { formatMs } from '../format/measure.ts';

const outcomes = {
  answered: 'Answered',
  refused: 'Refused',
  silent: 'Silent',
  failed: 'Failed',
  pending: 'Pending',
} as const;

function countOf(evidence: readonly Evidence[], outcome: Evidence['outcome']): string {
  const n = evidence.filter((one) => one.outcome === outcome).length;
  return `${n} ${outcome}`;
}

/** The parts of a Run page that every report has, and those of a host probe. */
export const reportWords = {
  run: {
    title: (kind: string) => kind,
    back: 'All runs',
    other: (moment: string, source: string, status: string) => `${moment}, ${source}: ${status}`,
    verdict: 'Verdict',
    advice: 'What to do next',
    took: (duration: string) => `took ${duration}`,
    madeBy: (name: string, version: string) => `${name} ${version}`,
    copyLink: 'Copy link',
    remove: 'Delete',
    removeTitle: 'Delete this report?',
    removeText: 'It is removed from the store and from all statistics. This cannot be undone.',
    removeSure: 'Delete report',
    deleted: 'The report was deleted.',
    gone: 'This report is not here',
    goneText: 'It was deleted, or the link is mistyped.',
  },
  history: {
    title: 'Since the last time',
    by: {
      visitor: 'Earlier checks of the same browser, whose visitor agreed to be recognised.',
      link: 'Earlier checks by the same link; they may be of another browser.',
    },
    compare: 'Compare with',
    option: (moment: string, status: string) => `${moment}: ${status}`,
    open: 'Open the earlier report',
    same: 'Nothing changed: finding, NAT, paths, servers and candidates are the same.',
    absent: 'not there',
    columns: { area: 'What', subject: 'Which', before: 'Then', after: 'Now' },
    areas: {
      headline: 'Finding',
      host: 'Browser',
      address: 'Public address',
      verdict: 'NAT',
      attempt: 'Path',
      server: 'Server',
      candidate: 'Candidate',
    },
  },
  share: {
    title: 'Share this report',
    redact: 'Hide addresses and names',
    redactHint:
      'Addresses are cut to their network (IPv4 /24, IPv6 /48), host names numbered; in exports too.',
    rtcstats: 'rtcstats dump',
    rtcstatsFile: (id: string) => `polynya-${id}.rtcstats.jsonl`,
    print: 'Print or PDF',
  },
  raw: {
    title: 'Raw report',
    hint: (size: string) => `The whole envelope as JSON, ${size}; as the command line prints it with --json.`,
    copy: 'Copy JSON',
    download: 'Download',
    show: 'Show',
    hide: 'Hide',
  },
  reach: {
    title: 'Who can you connect to?',
    hint: 'Foretold from mapping and filtering, per kind of NAT at the other end.',
    peer: 'Peer behind',
    outcome: 'Outcome',
    reason: 'Why',
    outcomes: {
      direct: 'Direct',
      relay: 'Needs a relay',
      depends: 'Depends',
      fail: 'Cannot connect',
      unknown: 'Unknown',
    },
  },
  serverResults: {
    title: 'Servers',
    hint: 'Each URL as it answered. RTT: smallest round trip. Set-up: from the first packet to the candidate.',
    none: 'No server was asked.',
    columns: {
      status: 'Status',
      server: 'Server',
      transport: 'Transport',
      rtt: 'RTT',
      setup: 'Set-up',
      result: 'Evidence or failure',
    },
    statuses: { ok: 'Works', failed: 'Failed', skipped: 'Skipped' },
    detail: ({ address, software, rfc5780 }: ServerResult) =>
      [
        address,
        software === null ? null : `says it is ${software}`,
        rfc5780 === null ? null : rfc5780 ? 'RFC 5780 tests: yes' : 'RFC 5780 tests: no',
      ]
        .filter((part) => part !== null)
        .join(' · '),
  },
  candidates: {
    title: (count: number) => `Candidates (${count})`,
    hint: 'Addresses under which this end can be reached. H host, S server-reflexive, P peer-reflexive, R relay.',
    none: 'No candidate was gathered.',
    thisHost: 'this host',
    columns: {
      type: 'Type',
      address: 'Address',
      protocol: 'Protocol',
      related: 'Base',
      server: 'From',
      priority: 'Priority',
      gathered: 'After',
    },
    protocol: ({ protocol, relayProtocol }: Pick<Candidate, 'protocol' | 'relayProtocol'>) =>
      relayProtocol === null
        ? protocol.toUpperCase()
        : `${protocol.toUpperCase()}, to the relay over ${relayProtocol.toUpperCase()}`,
    means: {
      host: 'An address of this end itself',
      srflx: 'Server-reflexive: the address that a STUN server saw',
      prflx: 'Peer-reflexive: the address that the other end saw',
      relay: 'An address on a TURN server',
    },
  },
  evidence: {
    title: (count: number) => `Evidence (${count})`,
    hint: (sent: number, received: number) =>
      `Every request with all its transmissions: ${sent} packets sent, ${received} received.`,
    label: 'Evidence',
    more: (count: number) => `and ${count} more`,
    goTo: (id: string) => `Evidence ${id}`,
    columns: {
      id: 'Id',
      purpose: 'Purpose',
      outcome: 'Outcome',
      sent: 'Sent at',
      rtt: 'RTT',
      to: 'Sent to',
      answer: 'Address in the answer',
    },
    outcome: (outcome: Evidence['outcome'], errorCode: number | null) =>
      errorCode === null ? outcomes[outcome] : `${outcomes[outcome]} ${errorCode}`,
    sent: (sentMs: readonly number[]) => {
      const [first] = sentMs;
      if (first === undefined) return 'never';
      return sentMs.length === 1 ? formatMs(first) : `${formatMs(first)}, ${sentMs.length}×`;
    },
    leftFrom: (local: string) => `from ${local}`,
    cameFrom: (from: string) => `answer came from ${from}`,
    router: ({ resultCode, externalAddress, connected, device }: GatewayAnswer) =>
      [
        device ?? 'router',
        ...(resultCode === null || resultCode === 0 ? [] : [`refuses with code ${resultCode}`]),
        ...(externalAddress === null ? [] : [`outer address ${externalAddress}`]),
        ...(connected === null ? [] : [connected ? 'connected' : 'not connected']),
      ].join(', '),
    hop: ({ ttl, address }: Hop) => `hop ${ttl}: ${address ?? 'no answer'}`,
    lanesTitle: 'Timeline of requests',
    laneColumns: ['Id', 'Purpose', 'Outcome', 'Sent at', 'Received at', 'RTT'],
    legend: ['▸ sent', '○ received', 'line: answered green, refused amber, silent grey, failed red'],
    sentMark: 'sent at',
    receivedMark: 'received at',
    timeAxis: 'Time since the start, ms',
    finding: (evidence: readonly Evidence[], lanes: number) =>
      [
        `${evidence.length} requests: ${(['answered', 'refused', 'silent', 'failed'] as const)
          .map((outcome) => countOf(evidence, outcome))
          .join(', ')}.`,
        lanes < evidence.length ? `The first ${lanes} are drawn; the table has all.` : '',
      ]
        .join(' ')
        .trim(),
  },
} as const;
