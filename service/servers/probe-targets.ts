import { isTurn, type ProbeTarget } from '../../probe/target.ts';
import { parseStunUri } from '../../stun/uri.ts';
import type { StoredServer } from '../store/store.ts';

/** Every URI of the servers, each with what is needed to authenticate to it. */
export function probeTargets(servers: readonly StoredServer[]): ProbeTarget[] {
  return servers.flatMap((server) =>
    server.urls.flatMap((url) => {
      const parsed = parseStunUri(url);
      // Checked when the server was added; a row that an older release wrote differently is left out.
      return parsed.ok ? [{ uri: parsed.uri, ...loginOf(server) }] : [];
    }),
  );
}

export function turnTargets(server: StoredServer): ProbeTarget[] {
  return probeTargets([server]).filter(({ uri }) => isTurn(uri));
}

/** As a turn-report names them. */
export function turnUris(server: StoredServer): string[] {
  return [...new Set(turnTargets(server).map(({ uri }) => uri.text))];
}

function loginOf(server: StoredServer): Omit<ProbeTarget, 'uri'> {
  const username = server.username === null ? {} : { username: server.username };
  if (server.credential === null || server.auth === 'none') return {};
  return server.auth === 'secret'
    ? { ...username, secret: server.credential }
    : { ...username, credential: server.credential };
}
