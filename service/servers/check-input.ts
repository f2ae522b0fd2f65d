import type { ServerInput } from '../../contract/servers.ts';
import { parseStunUri } from '../../stun/uri.ts';

export interface InputProblem {
  readonly field: string;
  readonly problem: string;
}

/**
 * What the schema cannot say about a server: URIs by RFC 7064 and 7065, and a login that is complete. Null: all well.
 *
 * @param hasCredential one is stored already, so an update may leave it out
 */
export function checkServerInput(input: ServerInput, hasCredential: boolean): InputProblem | null {
  for (const [index, url] of input.urls.entries()) {
    const parsed = parseStunUri(url);
    if (!parsed.ok) return { field: `urls.${index}`, problem: parsed.problem };
  }
  if (input.auth === 'none') return null;
  const credentialGiven = input.credential === undefined ? hasCredential : input.credential !== '';
  if (input.auth === 'password' && (input.username === null || input.username === '')) {
    return { field: 'username', problem: 'a password needs a username' };
  }
  if (!credentialGiven) {
    const what = input.auth === 'password' ? 'the password' : 'the shared secret';
    return { field: 'credential', problem: `${what} is missing` };
  }
  return null;
}
