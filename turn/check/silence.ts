/** Messages that a server must drop, beside one that it must answer. */
import { sameEndpoint } from '../../stun/endpoint.ts';
import { listen, type Reply, type Script, shoot } from './engine/script.ts';
import type { Session } from './session.ts';
import { skipped, type Verdict } from './verdict.ts';
import { encoded, told } from './wire.ts';

export interface Unwanted {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Silence {
  /** What was answered although it should have been dropped: name and what came. */
  readonly answered: readonly { readonly name: string; readonly reply: Reply }[];
  /** Bytes from the server that answer nothing in particular. */
  readonly strays: number;
}

/** Null: the control was not answered either, so silence says nothing. */
export function* expectSilence(
  session: Session,
  id: string,
  unwanted: readonly Unwanted[],
): Script<Silence | null> {
  yield* listen(0);
  const control = session.shot(`${id}/control`, encoded(session.site.random, 'binding'));
  const shots = unwanted.map(({ name, bytes }) => session.shot(`${id}/${name}`, bytes, 'silence'));
  const [heard, ...replies] = yield* shoot([control, ...shots]);
  const strays = yield* listen(0);
  if (heard?.outcome !== 'success' && heard?.outcome !== 'error') return null;
  return {
    answered: replies.flatMap((reply, i) =>
      reply.message === null ? [] : [{ name: unwanted[i]?.name ?? '', reply }],
    ),
    strays: strays.filter(({ from }) => sameEndpoint(from, session.target.server)).length,
  };
}

export const noControl: Verdict = skipped(
  'the request sent beside it was not answered either, so silence proves nothing',
);

export function listAnswered({ answered, strays }: Silence): string {
  const words = answered.map(
    ({ name, reply }) => `${name}: ${told(reply)}, ${reply.bytes?.length ?? 0} bytes`,
  );
  if (strays > 0) words.push(`${strays} datagrams that answer nothing`);
  return words.join('; ');
}

export function isSilent({ answered, strays }: Silence): boolean {
  return answered.length === 0 && strays === 0;
}
