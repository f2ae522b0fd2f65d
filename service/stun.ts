/** The embedded STUN server: alone, with two addresses of this host, or linked with another host. */
import type { ServeConfig } from '../contract/config.ts';
import { type StunServerHandle, startStunServer } from '../turn/io/stun-server.ts';
import type { LinkState } from '../turn/server/link-orderer.ts';
import type { WitnessLog } from '../turn/server/witness-log.ts';
import { stunAddresses } from './addresses.ts';
import type { EmbeddedStun } from './deps.ts';
import { isLoopbackAddress } from './loopback.ts';
import { peerSecret } from './peer-secret.ts';
import { startFailure } from './start-failure.ts';
import type { UndoStack } from './undo.ts';

export interface StartedStun extends EmbeddedStun {
  /** What is missing or worth knowing. */
  readonly notes: string[];
  /** One, or one for each address family where it listens on every address. */
  readonly servers: readonly StunServerHandle[];
}

/** Throws a start failure; what was opened until then is on the undo stack. */
export async function startStun(
  config: ServeConfig,
  undo: UndoStack,
  { witness, onLink }: { witness: WitnessLog; onLink: (state: LinkState) => void },
): Promise<StartedStun> {
  const { stun } = config;
  const { address, alternateAddress } = await stunAddresses(config);
  const peer = stun.peer && { address: stun.peer.address, secret: peerSecret(stun.peer) };
  const open = async (at: string, port: number) => {
    const server = await startStunServer({
      primary: { address: at, port },
      alternate: alternateAddress === null ? null : { address: alternateAddress, port: stun.alternatePort },
      witness,
      ...(peer !== null && { peer, onLink }),
    });
    undo.push(() => server.close());
    return server;
  };
  try {
    const server = await open(address, stun.port);
    const { port } = server.endpoints.PP;
    // A STUN socket is of one family, so that addresses are reported as they are; “every address” is both.
    const servers = address === '::' ? [server, await open('0.0.0.0', port)] : [server];
    return {
      address,
      port,
      get rfc5780() {
        return server.rfc5780;
      },
      get link() {
        return server.link;
      },
      peerWitness: server.peerWitness,
      endpoints: Object.values(server.endpoints),
      notes: notesOf(server.note, address, peer !== null),
      servers,
    };
  } catch (error) {
    throw startFailure(error, {
      what: 'embedded STUN server',
      otherPort:
        '--stun-port PORT, or stun.port and stun.alternatePort in the configuration; --no-stun does without',
      otherAddress: 'stun.address in the configuration',
    });
  }
}

function notesOf(note: string | null, address: string, linked: boolean): string[] {
  if (note === null) return [];
  if (linked || isLoopbackAddress(address)) return [note];
  return [
    `${note} To have it, set stun.address and stun.alternateAddress to two addresses of this host, or link it ` +
      'with another one (stun.peer).',
  ];
}
