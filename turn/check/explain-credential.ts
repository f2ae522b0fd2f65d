/**
 * Which mistake an application makes when it signs time-limited credentials
 * (draft-uberti-behave-turn-rest-00 s2.2: username `EXPIRY:user`, password base64(HMAC-SHA1(secret, username))).
 */
import { keyedDigest } from '../../stun/credential.ts';

export interface Explained {
  /** Null: nothing is wrong. */
  readonly mistake: string | null;
  /** What was looked at. */
  readonly seen: string;
}

const algorithms = ['sha1', 'sha256', 'md5', 'sha512'] as const;
const names = { sha1: 'HMAC-SHA1', sha256: 'HMAC-SHA256', md5: 'HMAC-MD5', sha512: 'HMAC-SHA512' } as const;
const encodings = ['base64', 'base64url', 'hex'] as const;
/** A second credential in the future later than this is one in milliseconds. */
const firstMillisecondTime = 1e11;

/** What may have been signed, and with which key. */
function inputs(
  username: string,
  secret: string,
): { readonly key: string | Uint8Array; readonly text: string; readonly how: string }[] {
  const [head = '', tail = ''] = username.split(':');
  const decoded = Buffer.from(secret, 'base64');
  const fromHex = /^[0-9a-f]+$/i.test(secret) && secret.length % 2 === 0 ? Buffer.from(secret, 'hex') : null;
  return [
    { key: secret, text: username, how: '' },
    { key: username, text: secret, how: 'with secret and user name swapped' },
    {
      key: secret,
      text: head,
      how: `over “${/^\d+$/.test(head) ? 'the time' : 'the name'}” alone instead of the whole user name`,
    },
    { key: secret, text: tail, how: 'over the part behind the colon alone instead of the whole user name' },
    {
      key: new Uint8Array(decoded),
      text: username,
      how: 'with the secret decoded from base64: coturn takes it as it is written',
    },
    ...(fromHex === null
      ? []
      : [
          {
            key: new Uint8Array(fromHex),
            text: username,
            how: 'with the secret decoded from hex: coturn takes it as it is written',
          },
        ]),
    { key: `${secret}\n`, text: username, how: 'with a line break behind the secret' },
    { key: secret.trim(), text: username, how: 'without the blanks around the secret' },
  ];
}

/** How the password was made, in words; `` for the right way, null for none that is known. */
export function howSigned(username: string, password: string, secret: string): string | null {
  if (password === secret) return 'the password is the shared secret itself, which every client then learns';
  for (const { key, text, how } of inputs(username, secret)) {
    for (const algorithm of algorithms) {
      const digest = Buffer.from(keyedDigest(algorithm, key, text));
      for (const encoding of encodings) {
        const written = digest.toString(encoding);
        if (password !== written && password !== written.replace(/=+$/, '')) continue;
        const words: string[] = [];
        if (algorithm !== 'sha1') words.push(`${names[algorithm]} instead of HMAC-SHA1`);
        if (encoding !== 'base64') words.push(`${encoding} instead of base64`);
        else if (password !== written) words.push('base64 without its padding');
        if (how !== '') words.push(how);
        return words.join(', ');
      }
    }
  }
  return null;
}

/** What the password looks like, where nobody gave the secret. */
function shapeMistake(password: string): string | null {
  if (/^[0-9a-f]{40}$/i.test(password)) return 'the password looks like hex: base64 is wanted';
  if (/^[0-9a-f]{64}$/i.test(password))
    return 'the password looks like SHA-256 in hex: base64 of HMAC-SHA1 is wanted';
  if (/^[A-Za-z0-9+/]{43}=$/.test(password)) return 'the password is as long as SHA-256: HMAC-SHA1 is wanted';
  return null;
}

function timeMistake(username: string, nowEpochSec: number): string | null {
  const parts = username.split(/[:;,|_-]/);
  const [head = ''] = parts;
  const digits = parts.findIndex((part) => /^\d{9,}$/.test(part));
  if (digits < 0)
    return 'the user name carries no time: it must begin with the expiry in seconds since 1970, then a colon';
  const time = Number(parts[digits]);
  if (time >= firstMillisecondTime) return 'the time is in milliseconds: seconds are wanted';
  if (digits > 0 || !/^\d{9,}$/.test(head))
    return 'the parts of the user name are swapped: the time comes first, then a colon, then the name';
  const separator = username.charAt(head.length);
  if (separator !== '' && separator !== ':')
    return `the parts are separated by “${separator}”: coturn wants a colon, or rest-api-separator=${separator}`;
  if (time < nowEpochSec)
    return `it expired ${Math.round((nowEpochSec - time) / 60)} minutes ago: the time must be when it ends, not when it was made`;
  return null;
}

/** True: the name has the form of a time-limited one, right or wrong. */
export function looksTimeLimited(username: string): boolean {
  return /(?:^|[:;,|_-])\d{9,13}(?:$|[:;,|_-])/.test(username);
}

export function explainCredential(
  given: { readonly username: string; readonly password: string },
  secret: string | null,
  nowEpochSec: number,
): Explained {
  const time = timeMistake(given.username, nowEpochSec);
  if (secret === null) {
    const mistake = [time, shapeMistake(given.password)].filter((part) => part !== null).join('; ');
    return { mistake: mistake === '' ? null : mistake, seen: 'user name and password by their form' };
  }
  const how = howSigned(given.username, given.password, secret);
  const signing =
    how === null
      ? 'the password was not made with this secret in any known way: the two secrets differ'
      : how;
  const mistake = [time, signing].filter((part) => part !== null && part !== '').join('; ');
  return {
    mistake: mistake === '' ? null : mistake,
    seen: 'user name and password, signed again with the secret',
  };
}
