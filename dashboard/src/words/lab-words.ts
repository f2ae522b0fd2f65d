import type { LabCallEvent } from '../../../contract/lab-call.ts';
import type { LabChange } from '../../../contract/lab-diff.ts';
import type { LabCandidate, LabCell, LabReportBody } from '../../../contract/lab-report.ts';
import { labPathText } from '../../../contract/lab-words.ts';
import { formatBytes, formatCount, formatMs } from '../format/measure.ts';
import { asSentence } from '../format/sentence.ts';

const ends = ['Offering end', 'Answering end'] as const;

export const labWords = {
  lab: {
    title: 'Lab',
    hint: 'Who reaches whom through which NATs, over which path: runs of “polynya lab run”.',
    latest: 'Lab runs',
    all: 'All lab runs',
    none: 'No lab runs yet',
    noneText:
      'The lab builds networks of namespaces, nftables and real clients on a Linux machine; elsewhere it simulates them. Its reports appear here.',
    how: 'How to run one',
    howHint: 'On any Linux machine, as root; without it the same scenario runs in the simulator.',
    command: (service: string) => `sudo polynya lab run home-to-mobile --send ${service}`,
    path: (way: Pick<LabCell, 'path' | 'transport'>) => {
      const text = labPathText(way);
      return text === 'sfu' ? 'SFU' : text.charAt(0).toUpperCase() + text.slice(1);
    },
    verdicts: {
      connects: 'connects',
      fails: 'fails',
      some: (succeeded: number, attempts: number) => `${succeeded} of ${attempts}`,
      undecided: 'undecided',
      unexpected: 'not expected',
    },
    exceptions: {
      title: (count: number) => `Not as expected (${formatCount(count)})`,
      hint: 'Cells that came out otherwise than the scenario or the simulator says, and those that nothing is known of.',
    },
    matrix: {
      title: 'Who reaches whom',
      hint: 'Rows offer, columns answer. Each cell: what came of it, the highest rung of the success ladder, and the median set-up time. Press one, or move with the arrow keys and press Enter, to see its evidence.',
      path: 'Path',
      all: (count: number) => `All paths (${formatCount(count)} cells)`,
      option: (path: string, count: number) => `${path} (${formatCount(count)})`,
      corner: 'offers ↓ · answers →',
      caption: (path: string) => `${path}: who reaches whom`,
      untried: 'not tried',
      from: (cell: LabCell) => `${cell.from} to ${cell.to}: `,
      changed: { better: 'better than before', worse: 'worse than before' },
      legend: 'Legend of the matrix',
      means: {
        good: 'connects, as expected',
        unknown: 'fails, as expected',
        bad: 'not as expected',
        limited: 'undecided: the harness spoiled every attempt',
      },
    },
    bars: {
      title: 'Success by path',
      hint: 'Share of the attempts that connected. Whiskers: 95 % Wilson interval. Press a bar to see its matrix.',
    },
    evidence: {
      title: (cell: LabCell) => `${cell.from} → ${cell.to}, ${labPathText(cell)}`,
      expected: ({ expected, expectedBy, because }: LabCell) =>
        `Expected: ${expected}, ${expectedBy === 'file' ? 'by the scenario' : 'by the simulator'}${because === null ? '.' : `: ${because}`}`,
      counts: ({ attempts, succeeded, faults }: LabCell) =>
        `${succeeded} of ${attempts} attempts connected${faults === 0 ? '.' : `; ${faults} more were spoiled by the harness.`}`,
      attempt: 'Attempt',
      option: (index: number, outcome: string, rung: string) => `${index + 1}: ${outcome}, ${rung}`,
      outcomes: { connected: 'connected', failed: 'failed', fault: 'fault of the harness' },
      stopped: 'First step that failed',
      missed: {
        none: 'Signalling never began.',
        S0: 'Signalling never began.',
        S1: 'No candidate of the wanted type was gathered.',
        S2: 'No connectivity check came back from where it was sent.',
        S3: 'ICE found a way, but DTLS did not come up over it.',
        S4: 'DTLS stood, but no message came back over the data channel.',
        S5: 'Data came through, but no RTP packet arrived.',
        S6: 'RTP arrived, but no frame could be decoded.',
        S7: 'Frames were decoded, but not for five seconds on end.',
      },
      course: 'What happened when',
      courseColumns: { at: 'At', who: 'Who', what: 'What' },
      end: (end: 0 | 1) => ends[end],
      told: ({ type, protocol }: LabCandidate) =>
        `tells of a ${type} candidate${protocol === 'tcp' ? ' over TCP' : ''}`,
      reached: (rung: string, name: string) => `reaches ${rung}, ${name}`,
      noCourse: 'The report has no times of this attempt.',
      checks: 'Pairs tried',
      checksHint: 'Connectivity checks of each end, by the address that it asked.',
      checkColumns: { by: 'Checks of', to: 'To', type: 'Which is', checks: 'Sent', selected: 'Selected' },
      selected: 'selected pair',
      untold: 'not told',
      noChecks: 'No check was sent, or the agent does not tell.',
      packets: (count: number) => `Packets of one more attempt (${formatCount(count)})`,
      packetsHint:
        'As each namespace on the way saw them; a router sees each packet come and go, before and after translation.',
      packetColumns: { at: 'At', where: 'Seen by', packet: 'From → to', what: 'What' },
      directions: { in: 'comes to', out: 'leaves' },
      pair: 'Selected pair',
      relay: 'Relay',
      byClient: 'Payload, as the client of the offering end counted',
      byServer: 'Packets of UDP with headers, as the server saw them',
      sent: 'Sent',
      received: 'Received',
      payload: (bytes: number) => formatBytes(bytes),
      traffic: ({ packets, bytes }: { packets: number; bytes: number }) =>
        `${formatCount(packets)} packets, ${formatBytes(bytes)}`,
    },
    calls: {
      title: 'Calls',
      hint: 'Messages in both directions while the network changed: a line for each step, hatched where none came through. Detect: until ICE noticed. Recover: until messages flowed both ways again.',
      call: (cell: LabCell) => `${cell.from} → ${cell.to}, ${labPathText(cell)}`,
      sum: (seconds: string, perSec: number, restart: string) =>
        `${seconds}, ${perSec} messages a second each way, ${restart}`,
      restarts: {
        never: 'no new offer',
        'on-disconnect': 'new offer when ICE says disconnected',
        'on-silence': 'new offer after two seconds of silence too',
      },
      columns: {
        at: 'At',
        step: 'Step',
        outcome: 'Outcome',
        detect: 'Detect',
        restart: 'New offer',
        recover: 'Recover',
        lost: 'Lost until the next step',
      },
      step: ({ do: what, site }: LabCallEvent) => (site === null ? what : `${what} ${site}`),
      outcomes: { uninterrupted: 'went on', recovered: 'broke off, recovered', lost: 'broke off for good' },
      lost: ({ lost, sent }: LabCallEvent) =>
        `${formatCount(lost[0])} of ${formatCount(sent[0])} there, ${formatCount(lost[1])} of ${formatCount(sent[1])} back`,
      wanted: (within: number | 'never') =>
        within === 'never'
          ? 'Expected: no message through again.'
          : `Expected: back within ${formatMs(within)}.`,
      strip: (finding: string) => `Strip of the call. ${finding}`,
      finding: (events: readonly LabCallEvent[]) =>
        events
          .map(({ atMs, do: what, outcome, recoverMs }) =>
            [
              `${what} at ${formatMs(atMs)}: ${outcome}`,
              recoverMs === null ? '' : ` after ${formatMs(recoverMs)}`,
            ].join(''),
          )
          .join('; '),
    },
    diff: {
      title: 'Against another run',
      hint: 'Cells that came out otherwise than in an earlier run of the same scenario.',
      compare: 'Compare with',
      open: 'Open the other run',
      none: (same: number) => `All ${formatCount(same)} cells came out alike.`,
      sum: (changed: number, all: number) => `${formatCount(changed)} of ${formatCount(all)} cells changed.`,
      other: 'The run to compare with is a run of something else.',
      columns: { change: 'Change', cell: 'Cell', before: 'Before', after: 'Now' },
      changes: {
        worse: 'Worse',
        better: 'Better',
        other: 'Judged otherwise',
        added: 'Not there before',
        removed: 'No longer there',
      } satisfies Record<LabChange, string>,
      side: ({ attempts, succeeded, rung, setupMs, asExpected }: LabCell) =>
        attempts === 0
          ? 'undecided'
          : [
              `${succeeded} of ${attempts} connected`,
              rung,
              ...(setupMs === null ? [] : [formatMs(setupMs.p50)]),
              ...(asExpected === false ? ['not expected'] : []),
            ].join(', '),
      absent: 'not there',
    },
    about: {
      title: 'About this run',
      text: (text: string) => asSentence(text),
      made: ({ runner, whySimulated, agent, server }: LabReportBody) =>
        runner === 'kernel'
          ? `In the kernel: namespaces and nftables, ${agent}, ${server}.`
          : `Simulated${whySimulated === null ? '' : `, because ${whySimulated}`}.`,
      timing: ({ runner, timing: { buildMs, verifyMs, cellsMs, totalMs } }: LabReportBody) =>
        runner === 'simulator'
          ? `${formatMs(totalMs)} in all.`
          : `${formatMs(totalMs)} in all: ${formatMs(buildMs)} to build the networks, ${formatMs(verifyMs)} to start and classify, ${formatMs(cellsMs)} for the attempts.`,
      sites: 'Networks',
      columns: { name: 'Network', boxes: 'Way out, from inside', measured: 'Classified before the run as' },
      public: 'none: on the public network',
      unasked: 'not asked',
      measured: (mapping: string, filtering: string) => `${mapping} / ${filtering}`,
      udp: { open: 'UDP open', blocked: 'no answer over UDP', inconclusive: 'inconclusive' },
    },
  },
} as const;
