/** `polynya turn check` as the service runs it: the harmless checks, against one URI, from this host. */
import { catalog, isSelected } from '../../turn/check/catalog.ts';
import { runCheck, selectionOf } from '../../turn/io/run-check.ts';
import type { RunTurnCheck } from '../deps.ts';
import type { Resolve } from '../reach.ts';

/** @param resolve gives only addresses that this host may talk to */
export function turnCheckVia(resolve: Resolve): RunTurnCheck {
  return async ({ target, signal, onProgress }) => {
    const { uri, username, credential, secret } = target;
    const resolved = await resolve(uri.host, signal);
    if (!resolved.ok) return { failure: resolved.failure };
    const selection = selectionOf({ uri });
    const checks = catalog.filter((check) => isSelected(check, selection)).length;
    let done = 0;
    const { report } = await runCheck({
      uri,
      addresses: resolved.addresses,
      username,
      credential,
      secret,
      signal,
      onEvent: ({ kind }) => {
        if (kind !== 'found') return;
        done += 1;
        onProgress(Math.min(done, checks), checks);
      },
    });
    return { report };
  };
}
