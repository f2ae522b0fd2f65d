/** A stored run without what names its people and hosts: addresses cut to their network, names numbered. Pure. */
import { type Envelope, envelopeSchema } from '../envelope.ts';
import { type RunDetail, runSummarySchema } from '../runs.ts';
import { Redactor } from './redactor.ts';

/** Stands for the host that made the report. */
const noName = 'host';

export function redactRun({ summary, report }: RunDetail): RunDetail {
  const redactor = redactorOf(report);
  const hostname = hostOf(report);
  return {
    summary: runSummarySchema.parse({
      ...(redactor.value(summary) as object),
      ...(hostname !== null && summary.source === hostname && { source: noName }),
      link: null,
      visitor: null,
    }),
    report: redactReport(report, redactor),
  };
}

/** The name of the host that made it; null: a browser did, or it is not told. */
function hostOf(report: Envelope): string | null {
  if (report.kind === 'nat-report') return report.body.run.hostname;
  if (report.kind !== 'compare-report' || report.body.host.rim === 'tab') return null;
  return report.body.run.source;
}

/** Names are learned first: a text may name a host before the address that tells it is one. */
export function redactorOf(report: Envelope): Redactor {
  const redactor = new Redactor();
  redactor.learn(hostOf(report) ?? '');
  redactor.value(report);
  return redactor;
}

/** @param redactor of the same report */
export function redactReport(report: Envelope, redactor: Redactor): Envelope {
  const clean = envelopeSchema.parse(redactor.value(withoutPeerAddress(report)));
  if (clean.kind === 'nat-report') {
    const { run } = clean.body;
    return { ...clean, body: { ...clean.body, run: { ...run, hostname: run.hostname && noName } } };
  }
  if (clean.kind === 'compare-report' && clean.body.host.rim === 'harness') {
    return { ...clean, body: { ...clean.body, run: { ...clean.body.run, source: noName } } };
  }
  if (clean.kind !== 'visit-report') return clean;
  // Random names lead to no person, but to other reports of the same one.
  const run = { ...clean.body.run, link: null, visitor: null, visit: null };
  return { ...clean, body: { ...clean.body, run } };
}

/** Where the generator’s own peers were told to be. Half an address would make the profile one that cannot be run. */
function withoutPeerAddress(report: Envelope): Envelope {
  if (report.kind !== 'load-report') return report;
  const { profile } = report.body;
  const peer = { ...profile.peer, address: null };
  return { ...report, body: { ...report.body, profile: { ...profile, peer } } };
}
