import type { Check, Stage } from './check.ts';
import type { Script } from './engine/script.ts';
import { skipped, type Verdict } from './verdict.ts';

/** A check that asks by Binding; skipped where the first one of the run was not answered, or asked for a login. */
export function withBinding(run: (stage: Stage) => Script<Verdict>): Check['run'] {
  return function* (stage) {
    const { binding } = stage.site.knowledge;
    if (binding === 'silent') return skipped('no Binding is answered: see S01');
    if (binding === 'login') return skipped('a Binding needs a login here: see S21');
    return yield* run(stage);
  };
}
