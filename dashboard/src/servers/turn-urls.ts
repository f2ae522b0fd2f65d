import type { Transport } from '../../../contract/basics.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import type { ServerView } from '../../../contract/servers.ts';
import { parseStunUri } from '../../../stun/uri.ts';

export interface TurnUrl {
  readonly uri: string;
  readonly transport: Transport;
  /** Its newest check; null: never checked. */
  readonly check: RunSummary | null;
}

/** The URLs of a server that can be checked, each with its newest check. */
export function turnUrls({ urls, lastChecks }: ServerView): TurnUrl[] {
  return urls.flatMap((url) => {
    const parsed = parseStunUri(url);
    if (!parsed.ok || !parsed.uri.scheme.startsWith('turn')) return [];
    const { text, transport } = parsed.uri;
    const check = lastChecks.find(({ turn }) => turn?.uri === text) ?? null;
    return [{ uri: text, transport, check }];
  });
}
