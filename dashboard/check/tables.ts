/** The technical details: servers, candidates, pairs, notes. */
import type { Candidate, CandidateError, CandidatePair } from '../../contract/candidate.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { failureCodeOf } from './candidate-errors.ts';
import { type Child, element, table } from './dom.ts';
import { endText } from './end-text.ts';
import { mark } from './mark.ts';
import { noteText } from './notes.ts';
import type { CheckState } from './state.ts';
import { words } from './words/language.ts';
import { ms } from './words/milliseconds.ts';

export function detailTables(state: CheckState): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const stun = state.servers.filter(({ url }) => /^stun/i.test(url));
  if (stun.length > 0) parts.push(serverTable(stun));
  for (const attempt of state.attempts) parts.push(attemptPart(attempt));
  if (state.candidates.length > 0) parts.push(candidateTable(state.candidates));
  if (state.candidateErrors.length > 0) parts.push(errorTable(state.candidateErrors));
  if (state.notes.length > 0) {
    const notes = state.notes.map((note) => element('li', {}, noteText(note, words())));
    parts.push(element('h3', {}, words().report.notes), element('ul', { class: 'notes' }, ...notes));
  }
  return parts;
}

function serverTable(servers: readonly ServerResult[]): HTMLElement {
  const { report, failure } = words();
  return table(
    element('h3', {}, report.servers),
    report.serverHeads,
    servers.map((server) => [
      code(server.url),
      server.status === 'ok' ? mark('ok', report.answered) : mark('failed', report.failed),
      server.setupMs === null ? '–' : tight(ms(server.setupMs)),
      server.failure === undefined
        ? '–'
        : prose(`${failure(server.failure).meaning} ${failure(server.failure).next}`),
    ]),
  );
}

function candidateTable(candidates: readonly Candidate[]): HTMLElement {
  const { report, candidateTypes } = words();
  return table(
    element('h3', {}, report.candidates),
    report.candidateHeads,
    candidates.map((candidate) => [
      tight(candidateTypes[candidate.type]),
      candidate.protocol + (candidate.relayProtocol === null ? '' : report.toServer(candidate.relayProtocol)),
      code(endText(candidate)),
      tight(ms(candidate.gatheredMs)),
      candidate.url === null ? '–' : code(candidate.url),
    ]),
  );
}

function errorTable(errors: readonly CandidateError[]): HTMLElement {
  const { report } = words();
  return table(
    element('h3', {}, report.errors),
    report.errorHeads,
    errors.map((error) => [
      code(error.url),
      tight(error.harmless ? report.harmless(error.errorCode) : `${error.errorCode}`),
      prose(errorText(error)),
      error.address === null ? '–' : code(error.address),
    ]),
  );
}

function errorText(error: CandidateError): string {
  const cause = words().refusal(error.harmless ? 'harmless' : failureCodeOf(error), error.errorCode);
  return error.errorText === '' ? cause : `${cause} (${error.errorText})`;
}

function attemptPart(attempt: Attempt): HTMLElement {
  const { report, rungs, statuses, failure: inWords } = words();
  const name = attempt.path === 'relay' ? report.relayed : report.direct;
  const outcome = attempt.succeeded ? mark('ok', statuses.ok) : mark('failed', statuses.failed);
  const facts = [
    `${attempt.rung}: ${rungs[attempt.rung]}`,
    attempt.setupMs === null ? null : report.setUpIn(ms(attempt.setupMs)),
    attempt.echoRttMs === null ? null : report.echoed(attempt.echoCount, ms(attempt.echoRttMs)),
    attempt.lossRate === undefined || attempt.lossRate === 0
      ? null
      : report.lost(Math.round(attempt.lossRate * 100)),
  ].filter((fact) => fact !== null);
  const { failure } = attempt;
  const pairs = attempt.pairs.length > 0 ? pairTable(attempt.pairs, report.pairs(name)) : null;
  return element(
    'section',
    { class: 'attempt' },
    element('h3', {}, `${name} `, outcome),
    element('p', {}, `${facts.join(' · ')}.`),
    failure === undefined
      ? null
      : element('p', {}, `${inWords(failure).meaning} ${inWords(failure).next} (${failure.code})`),
    pairs,
  );
}

function pairTable(pairs: readonly CandidatePair[], caption: string): HTMLElement {
  const { report } = words();
  return table(
    element('h4', {}, caption),
    report.pairHeads,
    pairs.map((pair) => [
      pairEnd(pair.local),
      pairEnd(pair.remote),
      pairState(pair),
      pair.rttMs === null ? '–' : tight(ms(pair.rttMs)),
      pair.requestsSent === null
        ? '–'
        : report.checksAnswered(pair.responsesReceived ?? 0, pair.requestsSent),
      pair.bytesSent === null ? '–' : `${pair.bytesSent} / ${pair.bytesReceived ?? 0}`,
    ]),
  );
}

function pairState(pair: CandidatePair): Child {
  const status = pair.state === 'succeeded' ? 'ok' : pair.state === 'failed' ? 'failed' : 'waiting';
  const { inUse, pairStates } = words().page;
  const state = pairStates[pair.state];
  return mark(status, pair.selected ? `${state}, ${inUse}` : state);
}

function pairEnd(end: CandidatePair['local']): HTMLElement {
  return element('span', { class: 'tight' }, `${end.type} `, code(endText(end)));
}

function tight(text: string): HTMLElement {
  return element('span', { class: 'tight' }, text);
}

function prose(text: string): HTMLElement {
  return element('div', { class: 'prose' }, text);
}

function code(text: string): HTMLElement {
  return element('code', {}, text);
}
