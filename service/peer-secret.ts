/** The secret of the link to another host: from the configuration, the environment or a file. */
import { type StunPeer, stunPeerSchema } from '../contract/config.ts';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';
import { firstLineOf } from './secret-file.ts';

/** Throws {@link ServiceStartError} (`config-invalid`); the message never holds the secret. */
export function peerSecret({ secret, secretFile }: StunPeer): string {
  if (secret !== null && secretFile !== null) {
    throw invalid('stun.peer: secret and secretFile contradict each other');
  }
  if (secret !== null) return secret;
  if (secretFile === null) {
    throw invalid('stun.peer: needs secretFile, secret, or POLYNYA_PEER_SECRET in the environment');
  }
  const read = stunPeerSchema.shape.secret.safeParse(firstLineOf(secretFile, 'stun.peer.secretFile'));
  if (!read.success || read.data === null) {
    throw invalid(`stun.peer.secretFile: the first line of ${secretFile} must have 32 to 512 characters`);
  }
  return read.data;
}

function invalid(detail: string): ServiceStartError {
  return new ServiceStartError(failure('config-invalid', detail));
}
