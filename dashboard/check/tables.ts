/** The technical details: servers, candidates, pairs, notes. */
import type { Candidate, CandidateError, CandidatePair } from '../../contract/candidate.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { type Child, element, icon, table } from './dom.ts';
import { endText } from './end-text.ts';
import type { CheckState, StepStatus } from './state.ts';
import { candidateTypeWords, ms, rungWords, say } from './words.ts';

/** Icon and word together, so that colour is never the only sign. */
export function mark(status: StepStatus, word: string): HTMLElement {
  return element('span', { class: `mark mark-${status}` }, icon(status), word);
}

export function detailTables(state: CheckState): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (state.servers.length > 0) parts.push(serverTable(state.servers));
  for (const attempt of state.attempts) parts.push(attemptPart(attempt));
  if (state.candidates.length > 0) parts.push(candidateTable(state.candidates));
  if (state.candidateErrors.length > 0) parts.push(errorTable(state.candidateErrors));
  if (state.notes.length > 0) {
    const notes = state.notes.map((note) => element('li', {}, note));
    parts.push(element('h3', {}, 'Notes'), element('ul', { class: 'notes' }, ...notes));
  }
  return parts;
}

function serverTable(servers: readonly ServerResult[]): HTMLElement {
  return table(
    element('h3', {}, 'Servers, each tried alone'),
    ['Server', 'Result', 'Time', 'Cause and next step'],
    servers.map((server) => [
      code(server.url),
      server.status === 'ok' ? mark('ok', 'answered') : mark('failed', 'failed'),
      server.setupMs === null ? '–' : tight(ms(server.setupMs)),
      server.failure === undefined ? '–' : prose(`${server.failure.message} ${server.failure.next}`),
    ]),
  );
}

function candidateTable(candidates: readonly Candidate[]): HTMLElement {
  return table(
    element('h3', {}, 'Candidates: addresses under which this device can be reached'),
    ['Kind', 'Protocol', 'Address', 'After', 'Server'],
    candidates.map((candidate) => [
      tight(candidateTypeWords[candidate.type]),
      candidate.protocol +
        (candidate.relayProtocol === null ? '' : ` (to the server: ${candidate.relayProtocol})`),
      code(endText(candidate)),
      tight(ms(candidate.gatheredMs)),
      candidate.url === null ? '–' : code(candidate.url),
    ]),
  );
}

function errorTable(errors: readonly CandidateError[]): HTMLElement {
  return table(
    element('h3', {}, 'What servers refused, or where they could not be reached'),
    ['Server', 'Error', 'Cause', 'From'],
    errors.map((error) => [
      code(error.url),
      tight(error.harmless ? `${error.errorCode} (harmless)` : `${error.errorCode}`),
      prose(error.errorText === '' ? error.cause : `${error.cause} (${error.errorText})`),
      error.address === null ? '–' : code(error.address),
    ]),
  );
}

function attemptPart(attempt: Attempt): HTMLElement {
  const name = attempt.path === 'relay' ? 'Relayed connection' : 'Direct connection';
  const outcome = attempt.succeeded ? mark('ok', 'OK') : mark('failed', 'failed');
  const facts = [
    `${attempt.rung}: ${rungWords[attempt.rung]}`,
    attempt.setupMs === null ? null : `set up in ${ms(attempt.setupMs)}`,
    attempt.echoRttMs === null
      ? null
      : `${attempt.echoCount} messages echoed, ${ms(attempt.echoRttMs)} there and back (median)`,
  ].filter((fact) => fact !== null);
  const { failure } = attempt;
  const pairs =
    attempt.pairs.length > 0 ? pairTable(attempt.pairs, `Candidate pairs: ${name.toLowerCase()}`) : null;
  return element(
    'section',
    { class: 'attempt' },
    element('h3', {}, `${name} `, outcome),
    element('p', {}, `${facts.join(' · ')}.`),
    failure === undefined ? null : element('p', {}, `${failure.message} ${failure.next} (${failure.code})`),
    pairs,
  );
}

function pairTable(pairs: readonly CandidatePair[], caption: string): HTMLElement {
  return table(
    element('h4', {}, caption),
    ['This device', 'Other end', 'State', 'Round trip', 'Checks answered', 'Bytes out / in'],
    pairs.map((pair) => [
      pairEnd(pair.local),
      pairEnd(pair.remote),
      pairState(pair),
      pair.rttMs === null ? '–' : tight(ms(pair.rttMs)),
      pair.requestsSent === null ? '–' : `${pair.responsesReceived ?? 0} of ${pair.requestsSent}`,
      pair.bytesSent === null ? '–' : `${pair.bytesSent} / ${pair.bytesReceived ?? 0}`,
    ]),
  );
}

function pairState(pair: CandidatePair): Child {
  const status = pair.state === 'succeeded' ? 'ok' : pair.state === 'failed' ? 'failed' : 'waiting';
  return mark(status, pair.selected ? `${pair.state}, ${say.inUse}` : pair.state);
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
