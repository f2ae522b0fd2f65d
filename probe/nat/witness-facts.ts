/** What a witness adds to the evidence: where copies got lost, and which silences are the server’s own. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { chanceOfLoss, isPlain } from './facts.ts';
import type { ServerFault } from './server-fault.ts';

/** Transmissions of one question, counted by what became of them; those that cannot be told yet are left out. */
export interface Fates {
  readonly sent: number;
  readonly lost: number;
  readonly unanswered: number;
  readonly answered: number;
  readonly unknown: number;
}

/** Null: no witness watched this question. */
export function fatesOf({ witnessed }: Evidence): Fates | null {
  if (witnessed === undefined) return null;
  const count = (wanted: string) => witnessed.filter(({ fate }) => fate === wanted).length;
  return {
    sent: witnessed.length - count('pending'),
    lost: count('lost'),
    unanswered: count('unanswered'),
    answered: count('answered'),
    unknown: count('unknown'),
  };
}

/** The fates of many questions together; null where none was watched. */
export function sumFates(evidence: readonly Evidence[]): Fates | null {
  const all = evidence.flatMap((e) => fatesOf(e) ?? []);
  if (all.length === 0) return null;
  const sum = (key: keyof Fates) => all.reduce((total, fates) => total + fates[key], 0);
  return {
    sent: sum('sent'),
    lost: sum('lost'),
    unanswered: sum('unanswered'),
    answered: sum('answered'),
    unknown: sum('unknown'),
  };
}

export interface Lost {
  readonly lost: number;
  readonly of: number;
}

/**
 * Answers that left the server and did not come in, where no filter can have stopped them: those to copies sent before
 * the copy whose answer came. Later copies are not counted, as nobody waits for their answers.
 */
export function downlinkLoss(evidence: readonly Evidence[]): Lost {
  let came = 0;
  let lost = 0;
  for (const e of evidence) {
    if (!isPlain(e) || e.outcome !== 'answered' || e.receivedMs === null || e.rttMs === null) continue;
    if (e.witnessed === undefined) continue;
    const answeredCopySentMs = e.receivedMs - e.rttMs;
    came += 1;
    lost += e.witnessed.filter(({ fate }, index) => {
      const sentMs = e.sentMs[index];
      return fate === 'answered' && sentMs !== undefined && sentMs < answeredCopySentMs - 0.001;
    }).length;
  }
  return { lost, of: came + lost };
}

/** Requests that never arrived. A filter of ours lets them out, so every question counts. */
export function uplinkLoss(evidence: readonly Evidence[]): Lost {
  const fates = sumFates(evidence);
  return { lost: fates?.lost ?? 0, of: fates?.sent ?? 0 };
}

/** Fewer answers than this that left the server may all have been lost on the way back. */
const leastAnswers = 3;

/** Why a silence that was watched says nothing about a filter; null where it does, or nobody watched. */
export function excuseOf(silent: Evidence): { readonly reason: string; readonly fault?: ServerFault } | null {
  const fates = fatesOf(silent);
  if (fates === null || fates.sent === 0) return null;
  const { sent, lost, unanswered, answered, unknown } = fates;
  if (lost === sent)
    return { reason: `none of the ${sent} copies arrived at the server: lost on the way there` };
  if (unknown > 0) return null;
  if (answered === 0) {
    const reason = `the server received ${unanswered} of ${sent} copies and sent no answer`;
    return { reason, fault: 'server-mute' };
  }
  if (answered >= leastAnswers) return null;
  return {
    reason: `only ${answered} of ${sent} copies were answered by the server: too few to tell a filter from loss`,
  };
}

/** Probability that a silence is loss after all: of the way back alone, where a witness saw the answers leave. */
export function chanceSilenceIsLoss(evidence: readonly Evidence[], silent: Evidence): number {
  const fates = fatesOf(silent);
  if (fates === null) return chanceOfLoss(evidence, silent.sentMs.length);
  // Arrived, and another host had to answer, whom nobody watches: only what was lost on the way there is out.
  if (fates.unknown > 0) return chanceOfLoss(evidence, fates.sent - fates.lost);
  const { lost, of } = downlinkLoss(evidence);
  // As in `chanceOfLoss`: pessimistic where little was measured.
  return ((lost + 1) / (of + 4)) ** fates.answered;
}

/** Why an endpoint answers nobody. */
export function whySilent(
  evidence: readonly Evidence[],
  endpoint: Endpoint,
): { readonly reason: string; readonly fault?: ServerFault } {
  const name = formatEndpoint(endpoint);
  const fates = sumFates(evidence.filter((e) => isPlain(e) && sameEndpoint(e.to, endpoint)));
  if (fates !== null && fates.answered > 0) {
    return {
      reason: `the answers of ${name} leave the server and do not come in, where no filter stands in the way`,
    };
  }
  if (fates !== null && fates.lost === fates.sent) {
    return { reason: `no question reached ${name}`, fault: 'server-alternate-silent' };
  }
  return { reason: `${name} answers nobody`, fault: 'server-alternate-silent' };
}
