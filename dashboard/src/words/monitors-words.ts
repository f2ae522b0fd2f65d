import type { PairPath } from '../../../contract/fleet/job.ts';
import type { CellKey, MonitorPoint, MonitorState, MonitorView } from '../../../contract/fleet/monitor.ts';
import type { Rate } from '../../../contract/runs.ts';
import { formatCount, formatInterval, formatMs, formatShare } from '../format/measure.ts';
import { formatSpan } from '../format/span.ts';
import { termWords } from './term-words.ts';

const states: Readonly<Record<MonitorState, string>> = {
  up: 'Up',
  degraded: 'Degraded',
  down: 'Down',
  unknown: 'Unknown',
};
const paths: Readonly<Record<PairPath, string>> = { mesh: 'direct', relay: 'by relay' };
const { transports } = termWords;
const region = ({ region: from, peer }: Pick<CellKey, 'region' | 'peer'>) =>
  peer === null ? from : `${from} → ${peer}`;
/** `eu-west over TLS`, `eu-west → seoul, by relay`. */
const place = (key: CellKey) =>
  key.path === null
    ? `${key.region} over ${transports[key.transport]}`
    : `${region(key)}, ${paths[key.path]}`;
const count = (n: number, one: string) => `${formatCount(n)} ${one}${n === 1 ? '' : 's'}`;
const rateText = (rate: Rate) =>
  `${formatCount(rate.succeeded)} of ${formatCount(rate.attempts)}, ${formatShare(rate.rate)} (95 % interval ${formatInterval(rate)})`;

export const monitorsWords = {
  monitors: {
    title: 'Monitors',
    hint: 'Measurements that agents repeat from many places: does the server answer, how fast, and for how long is its certificate good?',
    add: 'Make a monitor',
    states,
    paths,
    place,
    region,
    countsTitle: 'Cells by state',
    counts: (state: MonitorState, n: number) => `${formatCount(n)} ${states[state].toLowerCase()}`,
    none: 'No monitors yet',
    noneTitle: 'Nothing is measured yet',
    noneText:
      'A monitor says what to measure, agents measure it. Invite a first agent and start it; then make a first monitor, here or by a command.',
    noneAgent: 'A first agent, on any host that reaches this service',
    noneMonitor: 'A first monitor: the server “embedded”, every 5 minutes',
    needsToken:
      'Both act for an administrator: put the admin token, or an API key, into POLYNYA_ADMIN_TOKEN.',
    agentCommand: (service: string) =>
      `polynya agent-token "First agent" --service ${service} --region home > token && polynya agent --hub ${service} --enrol-token-file token`,
    /** @param isKnown whoever asks from this machine is let in without a token */
    monitorCommand: (service: string, isKnown: boolean) =>
      `curl -s ${service}/api/monitors${isKnown ? '' : ' -H "Authorization: Bearer $POLYNYA_ADMIN_TOKEN"'} -H 'content-type: application/json' -d '{"name":"First monitor","server":"embedded","regions":["home"]}'`,
    noMatch: 'No monitor matches',
    noMatchText: 'There are monitors, but none with all of these filters.',
    filters: {
      title: 'Filter monitors',
      state: 'State',
      server: 'Server',
      region: 'Region',
      transport: 'Transport',
    },
    invite: 'Invite an agent',
    what: ({ kind, serverLabel, server }: MonitorView) => {
      if (kind === 'mesh') return 'Connections between every two regions';
      const name = serverLabel ?? server ?? 'a server that is gone';
      return kind === 'probe' ? `Reaches ${name}` : `TURN checks of ${name}`;
    },
    often: ({ intervalSec, regions }: MonitorView) =>
      `every ${formatSpan(intervalSec)} from ${regions.join(', ')}`,
    paused: 'Paused',
    public: 'On the status page',
    alerts: (url: string) => `Alerts to ${url}`,
    history: (name: string) => `History of ${name}`,
    cells: (name: string) => `State of ${name}`,
    columns: {
      state: 'State',
      place: 'From',
      success: 'Success, 24 h',
      latency: 'Latency, 24 h',
      certificate: 'Certificate',
      failure: 'Last failure',
    },
    since: 'since',
    fromBeginning: 'since it began',
    interval: (rate: Rate) => `n = ${formatCount(rate.attempts)}, 95 %: ${formatInterval(rate)}`,
    nothingMeasured: 'nothing measured',
    latency: (p50: number | null, p95: number | null) =>
      p50 === null ? '–' : `p50\u00a0${formatMs(p50)}, p95\u00a0${formatMs(p95)}`,
    hours: (points: readonly MonitorPoint[]) => {
      const known = points.flatMap(({ p50Ms }) => (p50Ms === null ? [] : [p50Ms]));
      const failing = points.filter(({ succeeded, attempts }) => succeeded < attempts).length;
      const span =
        known.length === 0
          ? 'No success in the last 24 hours'
          : `Median by the hour, last 24 hours: ${formatMs(Math.min(...known))} to ${formatMs(Math.max(...known))}`;
      return `${span}; failures in ${count(failing, 'hour')}.`;
    },
    certificate: (days: number) =>
      days < 0 ? `expired ${count(-days, 'day')} ago` : `${count(days, 'day')} left`,
    noCertificate: 'none seen',
    noFailure: 'none',
    evidence: 'Open the report',
    evidenceOf: (key: CellKey) => `Open the report of ${place(key)}`,
    edit: 'Edit',
    editOf: (name: string) => `Edit ${name}`,
    pause: 'Pause',
    pauseOf: (name: string) => `Pause ${name}`,
    resume: 'Resume',
    resumeOf: (name: string) => `Resume ${name}`,
    remove: 'Delete',
    removeOf: (name: string) => `Delete ${name}`,
    removeTitle: 'Delete this monitor?',
    removeText: (name: string) =>
      `“${name}” measures no more, and its history is deleted. Its reports stay. This cannot be undone.`,
    removeSure: 'Delete monitor',
  },
  monitorForm: {
    addTitle: 'Make a monitor',
    editTitle: 'Edit monitor',
    name: 'Name',
    nameHint: 'Alerts use it, and the status page if the monitor is shown there.',
    kind: 'What is measured',
    kinds: {
      probe: {
        name: 'Reach a server',
        means: 'STUN Binding, and with TURN an Allocate: some packets, good for every minute',
      },
      'turn-check': {
        name: 'Check a TURN server',
        means: 'The harmless checks of every TURN URL: some hundred packets, good for every hour',
      },
      mesh: {
        name: 'Connect the regions to each other',
        means: 'Every two regions, in both directions: ICE between two agents',
      },
    },
    server: 'Server',
    noServer: 'Choose a server',
    transports: 'Transports',
    paths: 'Ways to connect',
    pathNames: { mesh: 'Direct', relay: 'By relay' },
    regions: 'Regions',
    regionsHint: (known: readonly string[]) =>
      known.length === 0
        ? 'Separated by commas. No agent is enrolled yet.'
        : `Separated by commas. Agents are in: ${known.join(', ')}.`,
    interval: 'How often',
    every: (sec: number) => `Every ${formatSpan(sec)}`,
    latency: 'Degraded above (ms)',
    latencyHint: 'Empty: any time is good.',
    certificate: 'Certificate: warn at (days)',
    certificateHint: 'Empty: only when it has ended.',
    damping: 'The state changes when, so that a single lost packet wakes nobody,',
    bad: 'this many results say so',
    of: 'of the last',
    webhook: 'Webhook for alerts',
    webhookHint: 'HTTP POST when the state changes, signed. Empty: none.',
    secret: 'Key of the signature',
    secretHint: 'At least 16 characters. Write-only: it is stored by the service and never shown again.',
    unchanged: 'unchanged',
    paused: 'Paused',
    public: 'Show on the public status page',
    publicHint:
      'By its name and regions, without addresses; only if the page is switched on in the configuration.',
    submitAdd: 'Make monitor',
    submitSave: 'Save',
    added: 'The monitor was made.',
    saved: 'The monitor was saved.',
    failed: 'The monitor was not saved',
    problems: {
      name: 'Give it a name, of at most 100 characters.',
      server: 'Choose the server to measure.',
      transports: 'Choose at least one transport.',
      paths: 'Choose at least one way.',
      regions:
        'Give 1–50 regions: small letters, digits and dashes, such as eu-west. A mesh needs 2–12 of them.',
      intervalSec: '30 s to 1 day.',
      'expect.latencyMs': 'A whole number, 1–60 000.',
      'expect.certificateDays': 'A whole number, 1–365.',
      'damping.bad': 'Whole numbers, 1–10, the first not above the second.',
      'damping.of': 'Whole numbers, 1–10, the first not above the second.',
      'webhook.url': 'An address that begins with http:// or https://.',
      'webhook.secret': 'At least 16 characters.',
    },
  },
  monitor: {
    back: 'All monitors',
    gone: 'This monitor is not here',
    goneText: 'It was deleted, or the link is mistyped.',
    now: 'Now',
    history: 'History',
    historyHint: {
      '24h': 'Each result. Where nothing was measured, the line has a gap.',
      '7d': 'By the hour. Where nothing was measured, the line has a gap.',
      '30d': 'By the day (UTC). Where nothing was measured, the line has a gap.',
      '90d': 'By the day (UTC). Where nothing was measured, the line has a gap.',
    },
    range: 'Time range',
    group: 'Over',
    groupName: ({ transport, path }: Pick<CellKey, 'transport' | 'path'>) =>
      path === null ? transports[transport] : paths[path],
    none: 'Nothing was measured in this range',
    noneText: 'Choose a longer range; or see above what keeps the monitor from measuring.',
    success: 'Success',
    successAxis: 'Success rate',
    latency: 'Latency',
    latencyAxis: 'ms',
    latencyHint: 'Line: median. Band: up to the 95th percentile.',
    successOf: (name: string, rate: Rate) =>
      rate.attempts === 0 ? `${name}: nothing measured.` : `${name}: ${rateText(rate)}.`,
    successAt: (name: string, rate: Rate) => `${name}: ${rateText(rate)}`,
    latencyOf: (name: string, p50: readonly number[]) =>
      p50.length === 0
        ? `${name}: no success.`
        : `${name}: medians from ${formatMs(Math.min(...p50))} to ${formatMs(Math.max(...p50))}.`,
    latencyAt: (name: string, { p50Ms, p95Ms }: MonitorPoint) =>
      `${name}: p50 ${formatMs(p50Ms)}, p95 ${formatMs(p95Ms)}`,
    successColumns: ['When', 'Region', 'Rate', '95 % interval', 'n'],
    latencyColumns: ['When', 'Region', 'p50', 'p95', 'n'],
    events: 'What happened',
    eventsHint:
      'Changes of state, newest first, at most 200. A state changes only when several results say so.',
    noEvents: 'No state changed in this range.',
    eventColumns: { at: 'When', place: 'From', change: 'Change', why: 'Why', run: 'Evidence' },
    was: (state: MonitorState) => `was ${states[state].toLowerCase()}`,
    noRun: 'no report',
  },
  regions: {
    title: 'Mesh of regions',
    hint: 'Which two regions connect, and how: every pair that mesh monitors tried in the last 24 hours.',
    back: 'Agents',
    matrix: 'Region by region',
    matrixHint:
      'Rows offer, columns answer. Each cell: the best way that works now, its success rate with n, and the median set-up time. Press one, or move with the arrow keys and press Enter, to see its evidence.',
    corner: 'offers ↓ · answers →',
    untried: 'not tried',
    same: '–',
    ways: { direct: 'direct', relay: 'relay', fails: 'fails', unknown: 'unknown' },
    means: {
      direct: 'a direct connection works',
      relay: 'only the relay works',
      fails: 'no way works',
      unknown: 'no fresh result',
    },
    legend: 'Legend of the matrix',
    pair: ({ from, to }: { readonly from: string; readonly to: string }) => `${from} → ${to}`,
    cell: ({ from, to }: { readonly from: string; readonly to: string }) => `${from} to ${to}: `,
    figures: (rate: Rate, p50Ms: number | null) =>
      rate.attempts === 0
        ? []
        : [
            formatShare(rate.rate),
            `n = ${formatCount(rate.attempts)}`,
            ...(p50Ms === null ? [] : [formatMs(p50Ms)]),
          ],
    finding: (counts: Readonly<Record<'direct' | 'relay' | 'fails' | 'unknown', number>>) =>
      `${count(counts.direct, 'pair')} direct, ${formatCount(counts.relay)} only by relay, ${formatCount(counts.fails)} not at all, ${formatCount(counts.unknown)} unknown.`,
    columns: {
      path: 'Way',
      state: 'State',
      success: 'Success, 24 h',
      latency: 'Set-up, p50',
      last: 'Last try',
      evidence: 'Evidence',
    },
    noResult: 'No result in the last 24 hours. Is an agent of each of the two regions online?',
    monitor: 'History',
    monitorOf: (way: string) => `History, ${way}`,
    none: 'No mesh yet',
    noneText:
      'Enrol agents in two regions and make a monitor of the kind “Connect the regions to each other”.',
    noneAction: 'Go to the monitors',
  },
} as const;
