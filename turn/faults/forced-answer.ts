import type { Attribute } from '../../stun/attributes.ts';
import { mintNonce } from '../../stun/nonce.ts';
import type { Answer } from '../server/answer.ts';
import { clientText, type FiveTuple } from '../server/five-tuple.ts';
import type { ClientNote } from './client-notes.ts';
import type { Action } from './rule.ts';

export interface AnswerPlace {
  readonly nowMs: number;
  readonly note: ClientNote;
  readonly tuple: FiveTuple;
  readonly realm: string;
  /** The server’s own, so that it takes the nonces that are made here. */
  readonly nonceSecret: Uint8Array;
}

const noParameters = new Uint8Array(0);
/** RFC 8489 s9.2: fewer than 128 characters; one less than that. */
const longNonce = 'n'.repeat(127);

/** What a request is answered with in place of the server’s own answer; null: the action does not answer. */
export function forcedAnswer(action: Action, place: AnswerPlace): Answer | null {
  switch (action.kind) {
    case 'answer': {
      const { code, reason, attributes } = action;
      return { class: 'error', attributes: [{ name: 'ERROR-CODE', value: { code, reason } }, ...attributes] };
    }
    case 'challenge':
      return challenge(action, place);
    case 'pretend':
      return { class: 'success', attributes: action.attributes };
    default:
      return null;
  }
}

/** RFC 8489 s9.2.4: as the server itself would ask for credentials, but for what the rule changes. */
function challenge(
  { code, nonce, realm }: Extract<Action, { kind: 'challenge' }>,
  place: AnswerPlace,
): Answer {
  const attributes: Attribute[] = [{ name: 'ERROR-CODE', value: { code, reason: '' } }];
  const named = realm === undefined ? place.realm : realm;
  if (named !== null) attributes.push({ name: 'REALM', value: named });
  const value = nonceFor(nonce, place);
  if (value !== null) attributes.push({ name: 'NONCE', value });
  if (value !== null && value !== longNonce) {
    const list = [2, 1].map((id) => ({ id, parameters: noParameters }));
    attributes.push({ name: 'PASSWORD-ALGORITHMS', value: list });
  }
  return { class: 'error', attributes };
}

function nonceFor(kind: 'fresh' | 'same' | 'long' | 'none', place: AnswerPlace): string | null {
  const { note, tuple, nowMs, nonceSecret } = place;
  if (kind === 'none') return null;
  if (kind === 'long') return longNonce;
  if (kind === 'same' && note.nonce !== null) return note.nonce;
  note.nonces += 1;
  // A nonce is made of its second: an earlier one makes it differ from the last, and ages it by no more than that.
  const atSec = Math.floor(nowMs / 1000) - (note.nonces % 60);
  const features = { passwordAlgorithms: true, usernameAnonymity: false };
  return mintNonce(features, atSec, { secret: nonceSecret, boundTo: clientText(tuple) });
}
