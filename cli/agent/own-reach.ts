/** Whom this agent talks to: whom its hub allows, and its own flags. What a job names is the word of a stranger. */

import { serveConfigSchema } from '../../contract/config.ts';
import { failure } from '../../contract/failures.ts';
import { type AgentReach, agentReachSchema } from '../../contract/fleet/agent.ts';
import { Reach, type Resolve } from '../../service/reach.ts';
import { CommandError } from '../command-error.ts';

/** Link-local addresses and those by which clouds tell a host its secrets: never, whatever a hub says. */
const never = serveConfigSchema.parse({}).reach.deny;

export interface OwnReach {
  readonly refuses: (address: string) => boolean;
  readonly resolve: Resolve;
}

/** Throws CommandError for what is no address or range. */
export function readReach(allow: readonly string[], deny: readonly string[]): AgentReach {
  const parsed = agentReachSchema.safeParse({ allow, deny });
  if (parsed.success) return parsed.data;
  const [field = '', index = 0] = parsed.error.issues[0]?.path ?? [];
  const wrong = (field === 'allow' ? allow : deny)[Number(index)];
  throw new CommandError(`--${String(field)} ${wrong}: no address and no range.`, 'Write ADDRESS or CIDR.');
}

/** @param hub whom the hub forbids */
export function reachOf({ allow, deny }: AgentReach, hub: readonly string[]): OwnReach {
  const forbidden = new Reach([...never, ...hub, ...deny]);
  // Asked the other way round: what a policy that denies these ranges refuses, they contain.
  const wanted = allow.length === 0 ? null : new Reach(allow);
  const refuses = (address: string) =>
    forbidden.refuses(address) || (wanted !== null && !wanted.refuses(address));
  return {
    refuses,
    resolve: async (host, signal) => {
      const resolved = await forbidden.resolve(host, signal);
      if (!resolved.ok) return resolved;
      const addresses = resolved.addresses.filter((address) => !refuses(address));
      if (addresses.length > 0) return { ok: true, addresses };
      return { ok: false, failure: failure('address-forbidden', resolved.addresses.join(', ')) };
    },
  };
}
