/** The reports of the machines that made a load together → one report, judged as if one machine had made it. */
import type { LoadPart } from '../../contract/load-parts.ts';
import type {
  GeneratorLimit,
  LoadEngineUse,
  LoadReport,
  LoadReportBody,
  LoadStep,
} from '../../contract/load-report.ts';
import { familyOf } from '../../stun/endpoint.ts';
import { capacityOf } from './capacity.ts';
import { Conductor } from './conductor.ts';
import { enginesUpwards } from './engine.ts';
import { headlineOfLoad } from './headline.ts';
import { partSettings } from './part-settings.ts';
import { joinCounts, type StepCount, type StepRecord } from './step-count.ts';

export type Joined =
  | { readonly ok: true; readonly report: LoadReport }
  | { readonly ok: false; readonly problem: string };

type PartReport = LoadReport & { readonly body: { readonly part: LoadPart } };

export function joinParts(reports: readonly LoadReport[]): Joined {
  const parts = reports.filter(isPart).sort((a, b) => a.body.part.number - b.body.part.number);
  const [first] = parts;
  const problem = problemOf(reports, parts);
  if (problem !== null || first === undefined) return { ok: false, problem: problem ?? 'there are none' };
  const { target, axis, profile } = first.body;
  const bodies = parts.map(({ body }) => body);
  const conductor = new Conductor(profile, {
    family: familyOf(target.endpoint.address),
    transport: target.transport,
  });
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    const { run, offered } = offer;
    const record = recordOf(bodies.map((body) => stepAt(body, run, offered)));
    if (record === null) conductor.stop();
    else conductor.onStep(record);
  }
  const failure = bodies.find((body) => body.failure !== null)?.failure ?? null;
  const found = conductor.verdict();
  const verdict = failure === null ? found : { ...found, kind: 'target-failed' as const };
  const runs = [...conductor.runs];
  const capacity = capacityOf(profile, verdict, runs);
  const engine = engineOf(bodies);
  const partsOf = bodies.map(({ part }) => part);
  const headline = headlineOfLoad({ uri: target.uri, verdict, profile, failure });
  const body: LoadReportBody = {
    headline: { ...headline, advice: [...headline.advice, ...clockAdvice(partsOf)] },
    target,
    axis,
    profile,
    verdict,
    failure,
    runs,
    ...(capacity === null ? {} : { capacity }),
    parts: partsOf,
    host: hostOf(bodies),
    ...(engine === null ? {} : { engine }),
    durationMs: Math.max(...bodies.map(({ durationMs }) => durationMs)),
  };
  return { ok: true, report: { ...first, body } };
}

function isPart(report: LoadReport): report is PartReport {
  return report.body.part !== undefined;
}

/** Null: they are the parts of one load. */
function problemOf(reports: readonly LoadReport[], parts: readonly PartReport[]): string | null {
  const [first, ...others] = parts;
  if (first === undefined || parts.length < reports.length) {
    return 'a report is not one part of a load (--part)';
  }
  const { of } = first.body.part;
  const settings = settingsOf(first);
  for (const other of others) {
    const theirs = settingsOf(other);
    const differing = Object.keys(settings).find((key) => settings[key] !== theirs[key]);
    if (differing !== undefined)
      return `parts ${first.body.part.number} and ${other.body.part.number} differ in ${differing}`;
  }
  const numbers = parts.map(({ body }) => body.part.number);
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((number) => !numbers.includes(number));
  if (missing.length > 0) return `of ${of} parts, ${missing.join(', ')} missing`;
  return numbers.length > of ? 'a part is there twice' : null;
}

/** What must be the same. */
function settingsOf({ body: { target, profile, part } }: PartReport): Record<string, string> {
  return {
    'the start time': String(Date.parse(part.startAt)),
    'the number of parts': String(part.of),
    ...partSettings(target, profile),
  };
}

/** The same on all machines, or the least of them. */
function engineOf(bodies: readonly LoadReportBody[]): LoadEngineUse | null {
  const kinds = bodies.flatMap(({ engine }) => engine?.kind ?? []);
  const [least] = enginesUpwards.filter((kind) => kinds.includes(kind));
  if (least === undefined) return null;
  const each = bodies.map(({ engine }, index) => `part ${index + 1}: ${engine?.kind ?? 'not told'}`);
  const isSame = kinds.length === bodies.length && kinds.every((kind) => kind === least);
  return { kind: least, reason: isSame ? 'all parts' : each.join(', ').slice(0, 300) };
}

function stepAt({ runs }: LoadReportBody, run: number, offered: number): LoadStep | null {
  return runs[run]?.steps.find((step) => step.offered === offered) ?? null;
}

/** Null: not all of them offered this step. */
function recordOf(steps: readonly (LoadStep | null)[]): StepRecord | null {
  const counts: StepCount[] = [];
  const limits = new Map<string, GeneratorLimit>();
  for (const [index, step] of steps.entries()) {
    const count = step === null ? null : countOf(step);
    if (step === null || count === null) return null;
    counts.push(count);
    for (const { code, sentence } of step.reasons) {
      if (!limits.has(code))
        limits.set(code, { code, sentence: `Part ${index + 1}: ${sentence}`.slice(0, 300) });
    }
  }
  return joinCounts(counts, steps.length, [...limits.values()]);
}

/** A machine as if it were one worker. */
function countOf({ histograms, generator, seconds, heat, ...counts }: LoadStep): StepCount | null {
  if (histograms === undefined) return null;
  const { scheduled, sent, arrivedOut, arrivedBack, failures } = counts;
  const { busyShare, cpuMs, runQueueMs, socketDrops, receiveBufferBytes, unsent, sendErrors } = generator;
  const wallMs = seconds * 1000;
  return {
    ...{ scheduled, sent, arrivedOut, arrivedBack, failures, unsent, sendErrors },
    ...histograms,
    heat,
    gauges: {
      wallMs,
      spareMs: (1 - busyShare) * wallMs,
      ...{ cpuMs, runQueueMs, socketDrops, receiveBufferBytes },
    },
  };
}

function hostOf(bodies: readonly LoadReportBody[]): LoadReportBody['host'] {
  const each = (name: 'system' | 'processor' | 'node') =>
    [...new Set(bodies.map(({ host }) => host[name]))].join('; ');
  return {
    system: each('system').slice(0, 200),
    processor: `${bodies.length} machines: ${each('processor')}`.slice(0, 200),
    cores: bodies.reduce((sum, { host }) => sum + host.cores, 0),
    node: each('node').slice(0, 40),
  };
}

/** A clock that nobody sets may be minutes off: then the parts did not meet. */
function clockAdvice(parts: readonly LoadPart[]): string[] {
  const unknown = parts
    .filter(({ clock }) => clock.isSynchronised !== true && clock.offFirstMs === undefined)
    .map(({ number }) => number);
  if (unknown.length === 0) return [];
  const whose = unknown.length === 1 ? `part ${unknown[0]}` : `parts ${unknown.join(', ')}`;
  return [
    `The clock of ${whose} is not known to be synchronised: where it differs from the others, the parts did not run at the same time. Run NTP there.`,
  ];
}
