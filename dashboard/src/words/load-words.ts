import type { LoadReportBody, LoadVerdict, StepOutcome } from '../../../contract/load-report.ts';
import { axisUnits, outcomeWords } from '../../../turn/load/headline.ts';
import { formatCount, formatMs } from '../format/measure.ts';

const amount = (value: number) => formatCount(Math.round(value));
const percent = (value: number) => `${value === 0 ? 0 : Number(value.toPrecision(2))} %`;
const counted = (count: number, thing: string) => `${amount(count)} ${thing}${count === 1 ? '' : 's'}`;

/** The Load page and the reports that it lists. */
export const loadWords = {
  load: {
    title: 'Load',
    hint: 'What TURN servers carry, and how sure that is: runs of “polynya turn load”.',
    latest: 'Loads',
    all: 'All loads',
    none: 'No loads yet',
    noneText:
      'A load makes more and more traffic through a TURN server of your own until it is lost or late, and says when the generator was the limit instead.',
    how: 'How to make one',
    howHint:
      'From a machine of its own: a server and a load on one machine take processor time from each other.',
    command: (service: string) =>
      `polynya turn load turn:HOST --yes-i-own-this HOST --username USER --credential PASSWORD --send ${service}`,
    amount,
    amountOf: (value: number, unit: string) => `${amount(value)} ${unit}`,
    percent,
    mbit: (value: number) => `${Number(value.toPrecision(3))} Mbit/s`,
    wholeMs: (value: number) => `${amount(value)} ms`,
    spread: (middle: string, low: string, high: string) => `${middle} (${low} to ${high})`,
    nothing: 'No step says anything about the server.',
    outcome: (outcome: StepOutcome, count: number) => `${outcomeWords[outcome]} ${count}`,
    percentiles: { p50Us: 'p50', p90Us: 'p90', p99Us: 'p99', p999Us: 'p99.9', maxUs: 'slowest' },
    meaning: {
      title: 'What it means',
      hint: 'On the wire, in calls, and what the server runs out of first.',
      size: 'Packet size',
      bytes: (bytes: number) => `${amount(bytes)} bytes`,
    },
    throughput: {
      title: 'Offered and carried',
      hint: ({ runs, decided }: LoadVerdict) =>
        `Median of the runs at every step; whiskers from the lowest to the highest. ${counted(decided, 'run')} of ${amount(runs)} found the limit.`,
      lines: {
        offered: 'All that is offered',
        carried: 'Came back',
        limited: 'Came back, the generator being the limit',
      },
      axis: (unit: string) => `Came back, ${unit}`,
      above: (value: number) => `limit above ${amount(value)}`,
      below: (value: number) => `limit below ${amount(value)}`,
      finding: (unit: string, offered: number, carried: number, runs: number) =>
        `Of ${amount(offered)} ${unit} offered ${amount(carried)} came back (median of ${counted(runs, 'step')}).`,
      limit: ({ interval, kind }: LoadVerdict) => {
        if (interval !== null) {
          const sure = interval.confidence === 0 ? '' : `, ${Math.floor(100 * interval.confidence)} % sure`;
          return `The limit lies between ${amount(interval.low)} and ${amount(interval.high)}${sure}.`;
        }
        return kind === 'at-least' ? 'The limit was not reached.' : 'No limit was found.';
      },
      runs: 'Measured',
      outcomes: 'Outcomes',
      clientMbit: 'At the clients',
      peerMbit: 'At the peers',
    },
    delay: {
      title: 'Delay',
      hint: 'From the moment at which a packet was due until it was back, whenever it was really sent.',
      axis: 'Delay',
      limit: (ms: number) => `Limit of p99, ${formatMs(ms)}`,
      samples: 'Samples',
      finding: (where: string, p50: string, p99: string, slowest: string) =>
        `At ${where} half are back within ${p50}, 99 % within ${p99}, the slowest after ${slowest}.`,
    },
    heat: {
      title: 'Where the delays lie',
      hint: (limit: string) =>
        `Every step and percentile as median of the runs, against the limit of p99 (${limit}). Only p99 decides.`,
      corner: 'offered ↓ · delay →',
      legend: 'Legend of the delays',
      words: { low: 'low', middle: 'middle', near: 'near', beyond: 'beyond' },
      means: (limit: string) => ({
        low: `low: a tenth of ${limit} or less`,
        middle: 'middle: up to a half',
        near: 'near: up to the limit',
        beyond: 'beyond the limit',
      }),
      limited: 'generator',
      limitedMeans: 'the generator was the limit: not a delay of the server',
      nothing: 'none',
    },
    timeHeat: {
      title: 'Delays over time',
      hint: 'The last run from its first step to its last: how much of what was due in a slice of time came back within which delay.',
      offered: 'Step',
      from: 'From',
      sent: 'Sent',
      lost: 'lost',
      levels: ['up to 0.1 %', 'up to 1 %', 'up to 10 %', 'up to 50 %', 'more of what was due'],
      noneBad: (limit: string) => `No slice has anything that was lost or took longer than ${limit}.`,
      finding: (where: string, from: string, share: number, limit: string) =>
        `Worst is the slice of ${where} that begins after ${from}: ${percent(share)} lost or later than ${limit}.`,
    },
    loss: {
      title: 'Loss by leg',
      hint: 'Way out: from the client through the relay to the peer. Way back: from the peer to the client. All runs together.',
      hintSingle: 'What was not answered within the time that a step waits. All runs together.',
      lines: { both: 'Both ways', out: 'Way out', back: 'Way back' },
      single: 'Not answered',
      axis: 'Lost, %',
      limit: (value: number) => `Limit, ${percent(value)}`,
      finding: (
        where: string,
        { both, out, back }: { both: number; out: number | null; back: number | null },
      ) =>
        out === null || back === null
          ? `At ${where} ${percent(both)} got no answer.`
          : `At ${where} ${percent(both)} were lost: ${percent(out)} on the way out, ${percent(back)} on the way back.`,
    },
    generator: {
      title: 'The generator itself',
      hint: 'A load says something about the server only while packets leave when they are due. Steps with a sign of the generator’s own limit do not count.',
      axis: 'Sent late, p99',
      late: 'Sent late, p99',
      limit: (text: string) => `Limit, ${text}`,
      finding: (worst: string, limit: string) =>
        `In the worst step 1 % of what was due left more than ${worst} after its time; up to ${limit} a step counts.`,
      signs: {
        busy: 'Event loop busy',
        waited: 'Waited for a processor',
        drops: 'Dropped at own sockets',
        unsent: 'Not handed over',
      },
      reasons: 'Where the generator was the limit',
    },
    failures: {
      title: 'What the server refused or broke',
      columns: { code: 'Code', meaning: 'Meaning', count: 'How often', from: 'From' },
      unknown: 'A failure that this release does not know.',
    },
    against: {
      title: 'Against another load',
      hint: 'The exact rank sum test over the runs of both: does the server carry more or less, or is the difference one of chance?',
      compare: 'Compare with',
      open: 'Open the other load',
      other: 'The report to compare with is gone, or is no load.',
      not: (problem: string) => `Not compared: ${problem}.`,
      changes: { more: 'Carries more', less: 'Carries less', none: 'No difference' },
      undecided: 'Too few runs',
      columns: ['Figure', 'The other load', 'This load'],
      rows: { carried: 'Carried (median)', interval: 'Limit between', runs: 'Every run' },
      p99At: (where: string) => `p99 at ${where}`,
      none: 'none',
    },
    about: {
      title: 'About this load',
      target: ({ target }: LoadReportBody) =>
        `${target.uri} over ${target.transport.toUpperCase()}, ${target.endpoint.address} port ${target.endpoint.port}${target.software === null ? '' : `, ${target.software}`}.`,
      traffic: ({ profile: { axis, traffic } }: LoadReportBody) =>
        axis === 'packets'
          ? `${counted(traffic.flows, 'flow')}, ${traffic.arrivals} arrivals: ${traffic.mix
              .map(
                ({ name, bytes, burst }) =>
                  `${name} ${bytes} bytes${burst === 1 ? '' : ` in bursts of ${burst}`}`,
              )
              .join(', ')}.`
          : `${traffic.arrivals} arrivals, in ${axisUnits[axis]}.`,
      step: ({ profile: { step, stop } }: LoadReportBody) =>
        `A step: ${step.discardSec} s left out, ${step.seconds} s measured, ${step.drainMs} ms for what comes late; carried up to ${stop.lossPercent} % lost and a p99 of ${stop.p99Ms} ms.`,
      made: ({ host, profile: { workers }, durationMs }: LoadReportBody) =>
        `${counted(workers, 'worker')} on ${host.processor || 'an unknown processor'}, ${counted(host.cores, 'core')}, ${host.system}, Node ${host.node}; ${formatMs(durationMs)} in all.`,
    },
  },
} as const;
