/** From arguments, environment and files to a list of targets. Every mistake is named with where it stands. */
import { failure } from '../contract/failures.ts';
import type { ProbeTarget } from '../probe/target.ts';
import { parseStunUri } from '../stun/uri.ts';
import { CommandError } from './command-error.ts';

export interface CredentialOptions {
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
  readonly secret?: string | undefined;
}

/** Arguments win over the environment, which keeps secrets out of the process list. */
function withEnvironment(given: CredentialOptions): CredentialOptions {
  return {
    username: given.username ?? process.env['POLYNYA_TURN_USERNAME'],
    credential: given.credential ?? process.env['POLYNYA_TURN_CREDENTIAL'],
    secret: given.secret ?? process.env['POLYNYA_TURN_SECRET'],
  };
}

function target(text: string, credentials: CredentialOptions, where: string): ProbeTarget {
  const parsed = parseStunUri(text);
  if (!parsed.ok) {
    const { message, next } = failure('uri-invalid');
    throw new CommandError(`${where}: ${parsed.problem}. ${message}`, next);
  }
  const { username, credential, secret } = credentials;
  return {
    uri: parsed.uri,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
    ...(secret !== undefined && { secret }),
  };
}

/** The servers of an `RTCIceServer[]` file; its parser is loaded only when there is one. */
async function fromIceServers(file: string): Promise<ProbeTarget[]> {
  const { readIceServers } = await import('./read-ice-servers.ts');
  return readIceServers(file).flatMap((server, index) =>
    [server.urls].flat().map((url) => target(url, server, `${file}: entry ${index + 1} (${redact(url)})`)),
  );
}

/** A URI with credentials in it is a mistake that must not be repeated on the screen. */
function redact(text: string): string {
  const at = text.lastIndexOf('@');
  const shown = at === -1 ? text : `…${text.slice(at)}`;
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
}

export async function readTargets(
  uris: readonly string[],
  options: CredentialOptions & { readonly iceServers?: string | undefined },
): Promise<ProbeTarget[]> {
  const credentials = withEnvironment(options);
  const targets = [
    ...uris.map((uri) => target(uri, credentials, redact(uri))),
    ...(options.iceServers === undefined ? [] : await fromIceServers(options.iceServers)),
  ];
  if (targets.length === 0) {
    throw new CommandError(
      'No server was named.',
      'Name one or more, e.g. polynya probe stun:stun.example.org turn:turn.example.org (with --username and --credential), or --ice-servers FILE. A running "npm start" serves stun:127.0.0.1:3478.',
    );
  }
  return targets;
}
