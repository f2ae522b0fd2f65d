/** From everything that was observed to the sentence on top. Pure. */
import type { Headline } from '../../contract/basics.ts';
import type { Failure } from '../../contract/failures.ts';
import { meaningOf } from '../../contract/failures.ts';
import type { Attempt } from '../../contract/visit-report.ts';
import { advice, sentences } from './words.ts';

export interface CheckFacts {
  readonly hasWebrtc: boolean;
  /** The service gave its configuration. */
  readonly serviceReached: boolean;
  /** Why the WebSocket did not work; null: it worked, or was not tried. */
  readonly signalFailure: Failure | null;
  readonly hasRelay: boolean;
  /** In order; the last one of each path counts, since an earlier one was repeated for a reason. */
  readonly attempts: readonly Attempt[];
}

type Status = Headline['status'];

function headline(status: Status, code: string, sentence: string, todo: readonly string[]): Headline {
  return { status, code, sentence: sentence.slice(0, 500), advice: [...new Set(todo)].slice(0, 20) };
}

export function judge(facts: CheckFacts): Headline {
  if (!facts.hasWebrtc) {
    return headline('bad', 'browser-no-webrtc', sentences.noWebrtc, [
      'Use a current Chrome, Edge, Firefox or Safari.',
      'If it is current: an administrator’s policy or an extension has switched WebRTC off; ask for it to be allowed.',
    ]);
  }
  if (!facts.serviceReached) {
    return headline('unknown', 'service-unreachable', sentences.serviceUnreachable, [advice.reload]);
  }
  const signalFailure = facts.signalFailure;
  if (signalFailure !== null) return judgeSignalling(signalFailure);
  const direct = lastOf(facts.attempts, 'mesh');
  const relay = lastOf(facts.attempts, 'relay');
  if (direct?.succeeded === true) return judgeDirectWorks(relay);
  if (relay?.succeeded === true) {
    return headline('limited', 'relay-only', sentences.relayOnly, [advice.relayCosts, advice.openUdp]);
  }
  return judgeNothingWorks(direct, relay);
}

function judgeSignalling(failed: Failure): Headline {
  if (failed.code === 'rate-limited') {
    return headline('unknown', 'service-busy', sentences.serviceBusy, [advice.runAgain]);
  }
  if (failed.blame === 'tool') return headline('unknown', failed.code, sentences.toolFault, [failed.next]);
  return headline('bad', 'signal-failed', sentences.noSignalling, [
    advice.allowWebsocket,
    advice.tryOtherNetwork,
  ]);
}

function judgeDirectWorks(relay: Attempt | null): Headline {
  if (relay === null) return headline('good', 'direct', sentences.direct, [advice.addRelay]);
  if (relay.succeeded) return headline('good', 'direct-and-relay', sentences.both, []);
  const failed = relay.failure;
  const cause = failed === undefined ? '' : meaningOf(failed);
  return headline(
    'limited',
    'direct-only',
    sentences.directOnly(cause),
    failed === undefined ? [] : [nextStep(failed)],
  );
}

function judgeNothingWorks(direct: Attempt | null, relay: Attempt | null): Headline {
  const failures = [relay?.failure, direct?.failure].filter((failed) => failed !== undefined);
  const ofNetwork = failures.filter((failed) => failed.blame !== 'tool');
  const first = ofNetwork[0] ?? failures[0];
  if (ofNetwork.length === 0 && first !== undefined) {
    const busy = first.code === 'rate-limited';
    return headline(
      'unknown',
      busy ? 'service-busy' : first.code,
      busy ? sentences.serviceBusy : sentences.toolFault,
      [busy ? advice.runAgain : first.next],
    );
  }
  const todo = [...failures.map(nextStep), advice.tryOtherNetwork];
  return headline('bad', 'no-path', sentences.nothing(first === undefined ? '' : meaningOf(first)), todo);
}

/** The visitor cannot mend a server; the sentence says whom it is for. */
function nextStep(failed: Failure): string {
  return failed.blame === 'server' ? advice.forOperator(failed.next) : failed.next;
}

function lastOf(attempts: readonly Attempt[], path: Attempt['path']): Attempt | null {
  return attempts.filter((attempt) => attempt.path === path).at(-1) ?? null;
}
