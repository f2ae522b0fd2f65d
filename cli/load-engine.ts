/** Which engine the workers of a load will have, before they are started. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { LoadEngineUse } from '../contract/load-report.ts';
import type { Transport } from '../stun/machine.ts';
import { transportsOf } from '../turn/load/engine.ts';
import { engineHere } from '../turn/load/io/batched-engine.ts';
import { CommandError } from './command-error.ts';

/** Null: the axis has none. Throws `CommandError` where one is asked for that is not possible here. */
export async function plannedEngine(
  profile: LoadProfile,
  transport: Transport,
): Promise<LoadEngineUse | null> {
  const { axis, engine } = profile;
  if (axis !== 'packets') return null;
  const transports = transportsOf(profile, transport);
  const { use } = await engineHere({ engine, transports, sharesThread: false });
  if (engine !== 'auto' && use.kind !== engine)
    throw new CommandError(
      `The ${engine} engine is not possible: ${use.reason}.`,
      'Leave it to --engine auto.',
    );
  return use;
}
