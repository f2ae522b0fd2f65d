import type { CandidatePair } from '../../../contract/candidate.ts';
import type { RelayTry, SetupStep } from '../../../contract/visit-report.ts';
import { formatMs } from '../format/measure.ts';

const steps: Readonly<Record<string, string>> = {
  signalling: 'Signalling',
  'gather-first': 'First candidate',
  'gather-srflx': 'First srflx candidate',
  'gather-relay': 'First relay candidate',
  'gather-complete': 'Gathering complete',
  ice: 'ICE checks',
  dtls: 'DTLS handshake',
  'channel-open': 'Channel open',
  echo: 'Data echo',
};
const stepName = (name: string) => steps[name] ?? name;

/** The parts of a browser check’s Run page. */
export const visitWords = {
  visitCauses: {
    title: 'What the visitor was told',
    hint: 'Causes as the Check page found them, worst first.',
    it: (text: string) => `For their IT: ${text}`,
  },
  relayGrid: {
    title: 'TURN servers, way by way',
    hint: 'Each tried alone, with data through the relay to the service’s echo peer and back.',
    server: 'server ↓ · way →',
    none: 'not tried',
    column: (transport: string, family: 'ipv4' | 'ipv6' | null) =>
      family === null ? transport : `${transport}, ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`,
    outcomes: { ok: 'relays', note: 'fails, other family works', failed: 'fails', skipped: 'not tried' },
    detail: ({ outcome, allocatedMs, echoRttMs, failure, rung }: RelayTry) => {
      if (outcome === 'ok') return `${formatMs(echoRttMs)}, set up in ${formatMs(allocatedMs)}`;
      return failure?.code ?? rung;
    },
  },
  ownView: {
    title: 'The same servers, seen from the service',
    hint: 'What the service itself found when the visitor came: a server that fails here as well is down.',
  },
  visit: {
    aboutTitle: 'About this check',
    servers: (urls: readonly string[]) =>
      urls.length === 0 ? 'No servers were configured.' : `Servers that were tried: ${urls.join(', ')}`,
    browser: (userAgent: string) => `Browser: ${userAgent}`,
  },
  attempt: {
    title: (path: string) => `${path} path`,
    hint: {
      mesh: 'From the browser straight to the service’s echo peer.',
      sfu: 'Through a selective forwarding unit.',
      mcu: 'Through an audio mixer.',
      relay: 'Through a TURN server only, to the service’s echo peer.',
    },
    outcome: (succeeded: boolean) => (succeeded ? 'Connected' : 'Did not connect'),
    transport: 'Transport',
    noPair: 'No pair selected',
    setup: 'Set-up time',
    echo: (count: number) => (count === 0 ? 'Echo RTT' : `Echo RTT, median of ${count}`),
    ladder: 'How far it came',
    wanted: 'the goal',
    rungStates: { reached: 'reached', missed: 'not reached', beyond: 'not tested' },
  },
  pairs: {
    title: (count: number) => `Candidate pairs (${count})`,
    caption: 'Candidate pairs: local candidates in rows, remote candidates in columns',
    corner: 'local ↓ · remote →',
    none: 'No candidate pair was formed.',
    untried: 'not paired',
    selected: 'selected',
    legend: 'Legend of the matrix',
    states: {
      succeeded: 'works',
      failed: 'failed',
      'in-progress': 'checking',
      waiting: 'waiting',
      frozen: 'frozen',
      cancelled: 'dropped',
    },
    means: {
      succeeded: 'checks were answered',
      failed: 'no answer to its checks',
      'in-progress': 'still checking at the end',
      waiting: 'never checked (waiting, frozen)',
      cancelled: 'dropped, another pair was taken',
      selected: 'carries the data',
    },
    detail: ({ rttMs, requestsSent, responsesReceived }: CandidatePair) => {
      const rtt = rttMs === null ? [] : [formatMs(rttMs)];
      if (requestsSent === 0) return [...rtt, 'not checked'].join(', ');
      const checks = requestsSent === null ? [] : [`${responsesReceived ?? 0} of ${requestsSent} checks`];
      return [...rtt, ...checks].join(', ');
    },
  },
  waterfall: {
    title: 'Set-up, step by step',
    axis: 'Time since the start, ms',
    unfinished: 'never finished',
    columns: ['Step', 'Start', 'End', 'Duration'],
    step: stepName,
    finding: (all: readonly SetupStep[]) => {
      const done = all.flatMap(({ name, startMs, endMs }) =>
        endMs === null ? [] : [{ name, tookMs: endMs - startMs, endMs }],
      );
      const longest = done.toSorted((a, b) => b.tookMs - a.tookMs)[0];
      const open = all.filter(({ endMs }) => endMs === null).map(({ name }) => stepName(name));
      const last = Math.max(0, ...done.map(({ endMs }) => endMs));
      return [
        longest === undefined
          ? 'No step was finished.'
          : `The last finished step ended after ${formatMs(last)}; the longest was ${stepName(longest.name)} with ${formatMs(longest.tookMs)}.`,
        open.length === 0 ? '' : `Never finished: ${open.join(', ')}.`,
      ]
        .join(' ')
        .trim();
    },
  },
  candidateErrors: {
    title: (count: number) => `Errors while gathering (${count})`,
    hint: 'What the browser reported per server. Not every error is a failure.',
    columns: {
      weight: 'Weight',
      server: 'Server',
      code: 'Code',
      cause: 'Cause',
      local: 'From address',
      at: 'After',
    },
    harmless: 'Harmless',
    failure: 'Failure',
    harmlessWhy: 'The same server worked from another address of this browser.',
    code: (code: number, text: string) => (text === '' ? String(code) : `${code} ${text}`),
  },
} as const;
