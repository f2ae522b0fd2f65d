/**
 * Vitest reporter that writes what happened as JSON lines, one per finished test, and `end` last. A file without
 * `end` comes from a run that crashed; what had finished by then still counts.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

const file = process.env.POLYNYA_TEST_TALLY;

function write(entry) {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

function firstMessage(errors) {
  return errors[0]?.message?.split('\n')[0] ?? 'failed';
}

export default class TallyReporter {
  onTestModuleEnd(module) {
    const place = { project: module.project.name, file: relative(process.cwd(), module.moduleId) };
    for (const test of module.children.allTests()) {
      const { state, note } = test.result();
      const reason = note ?? (test.options.mode === 'todo' ? 'not written yet' : undefined);
      // Errors of a test that passed are those of its first try.
      const again = state === 'passed' && test.diagnostic()?.flaky;
      const firstTry = again ? { firstTry: firstMessage(test.result().errors ?? []) } : {};
      write({ kind: 'test', ...place, name: test.fullName, state, reason, ...firstTry });
    }
    const { duration, collectDuration, setupDuration, prepareDuration } = module.diagnostic();
    write({ kind: 'file', ...place, ms: duration + collectDuration + setupDuration + prepareDuration });
    // A file that does not load and a hook that fails are failures of their own: their tests never ran.
    const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
    for (const part of broken) {
      const name = part === module ? '(file)' : part.fullName;
      write({ kind: 'test', ...place, name, state: 'failed', reason: firstMessage(part.errors()) });
    }
  }

  onTestRunEnd(_modules, unhandledErrors, reason) {
    for (const error of unhandledErrors) {
      write({ kind: 'error', message: error.message?.split('\n')[0] ?? String(error) });
    }
    write({ kind: 'end', reason });
  }
}
