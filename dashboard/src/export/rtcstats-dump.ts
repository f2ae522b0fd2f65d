/**
 * A visit in the dump format of rtcstats, version 3: the word `RTCStatsDump`, a line of metadata, then one JSON array an
 * event – method, connection, value, milliseconds since the event before. Its importer draws it. Pure.
 */
import type { VisitReport } from '../../../contract/envelope.ts';
import type { Attempt, VisitReportBody } from '../../../contract/visit-report.ts';
import { statsOf } from './attempt-stats.ts';
import { candidateLine } from './candidate-line.ts';

interface TraceEvent {
  /** Since the start of the report. */
  readonly atMs: number;
  readonly method: string;
  readonly connection: string;
  readonly value: unknown;
}

/** The page gathers from each server by a connection of its own; the report has what all of them found. */
const gathering = 'gathering';

export function rtcstatsDump({ at, tool, body }: VisitReport): string {
  const startTime = Date.parse(at);
  const metadata = {
    fileFormat: 3,
    url: '/check',
    userAgent: body.run.userAgent,
    startTime,
    clientProtocol: `${tool.name} ${tool.version}`,
  };
  const events = [
    ...gatheringEvents(body),
    ...body.attempts.flatMap((attempt) => attemptEvents(attempt, body, startTime)),
  ].toSorted((a, b) => a.atMs - b.atMs);
  let before = 0;
  const lines = events.map(({ atMs, method, connection, value }) => {
    const time = Math.round(startTime + atMs);
    const line = JSON.stringify([method, connection, value, time - before]);
    before = time;
    return line;
  });
  return `${['RTCStatsDump', JSON.stringify(metadata), ...lines].join('\n')}\n`;
}

function gatheringEvents(body: VisitReportBody): TraceEvent[] {
  const event = (atMs: number, method: string, value: unknown) => ({
    atMs,
    method,
    connection: gathering,
    value,
  });
  return [
    event(0, 'create', configuration(body, 'all')),
    ...body.candidates.map((candidate) =>
      event(candidate.gatheredMs, 'onicecandidate', {
        candidate: candidateLine(candidate),
        sdpMid: '0',
        sdpMLineIndex: 0,
        ...(candidate.url !== null && { url: candidate.url }),
      }),
    ),
    ...body.candidateErrors.map(({ url, errorCode, errorText, address, port, atMs }) =>
      event(atMs, 'onicecandidateerror', { url, errorCode, errorText, address, port }),
    ),
  ];
}

/** The report times the steps of an attempt from the attempt’s own start, so that is where they are put. */
function attemptEvents(attempt: Attempt, body: VisitReportBody, startTime: number): TraceEvent[] {
  const event = (atMs: number, method: string, value: unknown) => ({
    atMs,
    method,
    connection: attempt.id,
    value,
  });
  const lastMs = Math.max(0, ...attempt.steps.map(({ startMs, endMs }) => endMs ?? startMs));
  const policy = attempt.path === 'relay' ? 'relay' : 'all';
  return [
    event(0, 'create', configuration(body, policy)),
    ...attempt.steps.flatMap(({ name, startMs, endMs }) =>
      (stepStates[name] ?? []).flatMap(({ method, began, ended }) => [
        ...(began === null ? [] : [event(startMs, method, began)]),
        ...(endMs === null ? [] : [event(endMs, method, ended)]),
      ]),
    ),
    ...(attempt.succeeded ? [] : [event(lastMs, 'onconnectionstatechange', 'failed')]),
    event(lastMs, 'getStats', statsOf(attempt, startTime + lastMs)),
  ];
}

interface StepState {
  readonly method: string;
  readonly began: string | null;
  readonly ended: string;
}

/** What a step means in the states of a connection (W3C WebRTC §4.3). */
const stepStates: Readonly<Record<string, readonly StepState[]>> = {
  'gather-complete': [{ method: 'onicegatheringstatechange', began: 'gathering', ended: 'complete' }],
  ice: [{ method: 'oniceconnectionstatechange', began: 'checking', ended: 'connected' }],
  dtls: [{ method: 'onconnectionstatechange', began: 'connecting', ended: 'connected' }],
};

/** URLs only: credentials are no part of a report. */
function configuration({ serverUrls }: VisitReportBody, iceTransportPolicy: 'all' | 'relay') {
  return { iceServers: serverUrls.map((urls) => ({ urls })), iceTransportPolicy };
}
