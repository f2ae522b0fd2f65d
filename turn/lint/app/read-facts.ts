/** Which application a file belongs to, told by its keys, and what it says about TURN. */
import type { AppFacts } from './app-facts.ts';
import { iceServerFacts } from './apps/ice-servers.ts';
import { livekitFacts } from './apps/livekit.ts';
import { nextcloudFacts } from './apps/nextcloud.ts';
import { prosodyFacts } from './apps/prosody.ts';
import { synapseFacts } from './apps/synapse.ts';
import type { Tree } from './tree.ts';

/** Each gives null for a file of another application. */
const readers: readonly ((tree: Tree) => AppFacts | null)[] = [
  synapseFacts,
  prosodyFacts,
  livekitFacts,
  nextcloudFacts,
  iceServerFacts,
];

export const knownApps =
  'Synapse (homeserver.yaml), Dendrite, Prosody or Jitsi (cfg.lua), LiveKit, Nextcloud Talk (turn_servers as JSON), RTCIceServer[]';

export function readFacts(tree: Tree): AppFacts | null {
  for (const read of readers) {
    const facts = read(tree);
    if (facts !== null) return facts;
  }
  return null;
}
