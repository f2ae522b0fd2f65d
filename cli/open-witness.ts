/** `--witness URL`, and services that are named by their URL among the servers. */
import { type HttpWitness, openHttpWitness } from '../probe/io/http-witness.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';

export interface NamedServers {
  /** STUN and TURN URIs. */
  readonly uris: readonly string[];
  /** The service to be asked for a witness; null: none was named. */
  readonly service: URL | null;
  /** The service stands among the servers, so its STUN server is to be probed. */
  readonly isTarget: boolean;
}

/** @throws CommandError for what is no URL, and for more than one service */
export function splitServices(given: readonly string[], flag: string | undefined): NamedServers {
  const isService = (text: string) => /^https?:\/\//i.test(text);
  const named = given.filter(isService);
  const services = [...named, ...(flag === undefined ? [] : [flag])].map(serviceUrl);
  const [service = null] = services;
  if (services.some(({ origin }) => origin !== service?.origin)) {
    throw new CommandError('Two services were named.', 'Only one can watch what arrives; name one.');
  }
  return { uris: given.filter((text) => !isService(text)), service, isTarget: named.length > 0 };
}

function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new CommandError(
    `--witness ${text}: not an http or https address`,
    'Write e.g. --witness http://nat.example.org:7478',
  );
}

export interface Watched {
  readonly uris: readonly string[];
  readonly witness: HttpWitness | null;
}

/**
 * Opens the session. A service that was named as a server has to answer; one that should only watch may fail, and the
 * probe does without.
 */
export async function openWitness({ uris, service, isTarget }: NamedServers): Promise<Watched> {
  if (service === null) return { uris, witness: null };
  const opened = await openHttpWitness(service);
  if (opened.ok) {
    const { witness } = opened;
    return { uris: isTarget ? [witness.stunUri, ...uris] : uris, witness };
  }
  const { message, next } = opened.failure;
  if (isTarget) throw new CommandError(message, next, exitCode.couldNotRun);
  process.stderr.write(`${message} ${next}\n`);
  return { uris, witness: null };
}
