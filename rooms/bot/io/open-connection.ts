/** The connection that a bot uses on a path. */
import type { RoomPath } from '../../../contract/room-path.ts';
import type { IceConfiguration } from '../../io/peer-connection.ts';
import { isJanus } from '../media-sections.ts';
import { NativeConnection } from './native-connection.ts';
import type { RelayCarrier } from './relay-carrier.ts';
import { RelayedConnection } from './relayed-connection.ts';

/** For rooms on the path `relay`; null: no server of the room is a TURN server. */
export type OpenRelay = (configuration: IceConfiguration) => RelayCarrier | null;

/** @throws Error where there is no relay to be had: a direct connection would only be called one */
export function openConnection(
  service: string,
  path: RoomPath,
  configuration: IceConfiguration,
  openRelay: OpenRelay,
): NativeConnection {
  if (path.kind === 'relay') {
    const carrier = openRelay(configuration);
    if (carrier === null) throw new Error('the room has no TURN server');
    return new RelayedConnection(carrier);
  }
  // Where the service is on loopback, so are its SFU and the other members; Janus uses none for media.
  if (isLoopback(service) && !isJanus(path)) return new NativeConnection('127.0.0.1');
  const urls = configuration.iceServers.flatMap((server) => server.urls);
  return new NativeConnection(
    null,
    urls.filter((url) => url.startsWith('stun:')),
  );
}

function isLoopback(service: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(service).hostname);
}
