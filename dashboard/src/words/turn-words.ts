import type { TurnTally } from '../../../contract/turn-tally.ts';
import { formatMs } from '../format/measure.ts';

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Turn-reports and lint-reports, and the checks of a server. */
export const turnWords = {
  turn: {
    statuses: { failed: 'Failed', warned: 'Warned', skipped: 'Skipped', passed: 'Passed' },
    severities: { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Note' },
    findings: 'What to mend',
    findingsHint: 'Worst first, each with what was seen and the change that mends it.',
    noFindings: 'Nothing: no check failed and none warned.',
    noAnswer: 'The server does not answer',
    seen: 'Seen',
    wanted: 'Wanted',
    sent: 'Sent',
    fix: 'Fix',
    evidence: 'Evidence',
    copyFix: 'Copy fix',
    copyFixOf: (name: string) => `of ${name}`,
    server: 'The server',
    serverHint: 'What its behaviour tells; what it says of itself counts for nothing.',
    family: { coturn: 'coturn', unknown: 'A server of unknown make' },
    version: (atLeast: string | null, before: string | null) =>
      [
        ...(atLeast === null ? [] : [`${atLeast} or later`]),
        ...(before === null ? [] : [`before ${before}`]),
      ].join(', ') || 'any release',
    software: (text: string) => `It calls itself ${text}`,
    advisories: 'Published flaws that it shows',
    explained: 'What looks like an error in its log and is none',
    groups: 'All checks',
    groupsHint: 'By group; the tables hold the passed and skipped ones as well.',
    groupCounts: (counts: Readonly<Record<'failed' | 'warned' | 'skipped' | 'passed', number>>) =>
      (['failed', 'warned', 'passed', 'skipped'] as const)
        .filter((status) => counts[status] > 0)
        .map((status) => `${counts[status]} ${status}`)
        .join(', '),
    columns: {
      id: 'Check',
      title: 'What is checked',
      status: 'Result',
      severity: 'Severity',
      observed: 'Seen',
      rfc: 'RFC',
      evidence: 'Evidence',
    },
  },
  lint: {
    judgedFor: (version: string) => `Judged for coturn ${version}`,
    sources: {
      given: 'as asked for.',
      installed: 'the installed one.',
      'newest-known': 'the newest known.',
    },
    comparedWith: (file: string) => `Compared with ${file}.`,
    noFindings: 'No findings.',
    fixed: 'Repaired in this run',
    missing: 'not in the file',
    line: (file: string, line: number, column: number) => `${file}, line ${line}, column ${column}`,
  },
  serverChecks: {
    gridTitle: 'TURN checks',
    gridHint: 'The latest check of each TURN URL from this host: result, faults and smallest round trip.',
    noTurn: 'No server has a turn: or turns: URL yet.',
    columns: { server: 'Server', transport: (name: string) => `Over ${name}`, at: 'Checked' },
    noUrl: 'No URL',
    never: 'Not checked',
    words: { good: 'Passed', limited: 'Warnings', bad: 'Failed', unknown: 'No result' },
    noAnswer: 'No answer',
    faults: ({ failed, warned }: TurnTally['counts']) =>
      [...(failed > 0 ? [`${failed} failed`] : []), ...(warned > 0 ? [`${warned} warned`] : [])].join(', '),
    rtt: (value: string) => `RTT ${value}`,
    check: 'Check',
    checkOf: (label: string) => `Check ${label}`,
    checkThis: 'Check this server',
    details: 'History and findings',
    detailsOf: (label: string) => `History and findings of ${label}`,
    hint: 'Harmless checks only, from this host; a few hundred packets for each URL. What may hurt a server is left to polynya turn check.',
    back: 'All servers',
    gone: 'This server is not here',
    goneText: 'It was deleted, or the link is mistyped.',
    onlyStun: 'This server has no turn: or turns: URL, so there is nothing to check.',
    urls: 'URLs',
    running: (uri: string, done: number, of: number) => `Checking ${uri}, URL ${done + 1} of ${of}`,
    progress: (done: number, of: number) => (of === 0 ? 'Starting' : `${done} of ${of} checks`),
    ended: (runs: number) => `${counted(runs, 'report', 'reports')} stored.`,
    failed: 'The check did not end well',
    historyTitle: 'History',
    historyHint: 'Faults (failed and warned checks) of each run, oldest left.',
    noHistory: 'No check was stored yet.',
    axis: 'Faults',
    trendColumns: ['When', 'URL', 'Failed', 'Warned', 'Passed', 'Skipped', 'RTT'],
    trendRow: ({ uri, counts, rttMs }: TurnTally) => [
      uri,
      String(counts.failed),
      String(counts.warned),
      String(counts.passed),
      String(counts.skipped),
      formatMs(rttMs),
    ],
    trend: (uri: string, now: TurnTally, before: TurnTally | undefined) => {
      const { failed, warned } = now.counts;
      const past =
        before === undefined
          ? 'the first check'
          : `${before.counts.failed} and ${before.counts.warned} the time before`;
      return now.reached
        ? `${uri}: ${failed} failed and ${warned} warned (${past}).`
        : `${uri}: no answer (${past}).`;
    },
    findingsOf: (uri: string) => `Findings: ${uri}`,
    openRun: 'Open the report',
    more: (count: number, uri: string) =>
      `${counted(count, 'more finding', 'more findings')} of ${uri} in the report`,
  },
} as const;
