/**
 * `npm test`: system packages → build → types and lint → every vitest project, and one closing line
 * `N passed, N failed, N skipped`. `npm test -- PATH…` runs the matching test files only (no types, no lint).
 * Exit code 0 only when something ran and nothing failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStopping, run, stopChildrenOnSignals } from './runner/children.mjs';
import {
  installCommand,
  installPackages,
  isDebian,
  isRoot,
  missingPrograms,
  packagesOf,
} from './runner/packages.mjs';
import { literalSecrets, searchLogs, searchProblems, sourcesWithSecrets } from './runner/search-logs.mjs';
import { describeSkipped, describeTimes, skippedOnFullMachine, tallyRun } from './runner/tally.mjs';

const vitest = 'node_modules/vitest/vitest.mjs';
const machine = { isRoot, isDebian: isDebian() };
const filters = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: [], problems: [], secondTries: [], files: [] };

function heading(text) {
  console.log(`\n── ${text}`);
}

function addFailure(problem) {
  total.failed += 1;
  total.problems.push(problem);
}

/** Installs what is missing where we may; returns the programs that are still missing. */
async function preparePackages() {
  const missing = missingPrograms();
  if (missing.length === 0) return missing;
  const packages = packagesOf(missing);
  heading(`system packages: ${packages.join(', ')} missing`);
  if (machine.isRoot && machine.isDebian) {
    console.log('Installing them with apt-get (root on Debian); none of their services is started.');
    if (!(await installPackages(packages)))
      console.log('apt-get failed; the tests that need them cannot run.');
    const left = missingPrograms();
    // Whatever project: here nothing is skipped because a program is not there.
    if (left.length > 0) addFailure(`not installed: ${left.map(({ program }) => program).join(', ')}`);
    return left;
  }
  console.log(
    `The tests that need them are skipped. To run them too, on Debian:\n  ${installCommand(packages)}`,
  );
  return missing;
}

/** Why a vitest project cannot run here; null when it can. */
async function obstacle(project, missing) {
  const absent = missing.filter((row) => row.projects.includes(project)).map((row) => row.program);
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  if (project !== 'lab') return null;
  if (process.platform !== 'linux') return 'needs Linux network namespaces';
  if (!machine.isRoot) return 'needs root for network namespaces';
  const namespace = `polynya-try-${process.pid}`;
  if ((await run('ip', ['netns', 'add', namespace], { limitSec: 10 })) !== 0) {
    return 'this container may not make network namespaces (run it privileged)';
  }
  await run('ip', ['netns', 'delete', namespace], { limitSec: 10 });
  return null;
}

/** The tests of a project that cannot run, each counted as skipped with the reason. */
async function listSkipped(project, reason) {
  let output = '';
  const code = await run(process.execPath, [vitest, 'list', '--json', '--project', project, ...filters], {
    limitSec: 120,
    onOutput: (text) => {
      output += text;
    },
  });
  try {
    const tests = JSON.parse(output.slice(output.indexOf('[')));
    total.skipped.push(...tests.map(({ file, name }) => ({ project, file, name, reason })));
  } catch {
    addFailure(`the ${project} tests could not be listed (exit code ${code})`);
  }
}

/** Of this process and, by the environment, of all that it starts. */
async function recordLogs() {
  const recorder = pathToFileURL(join(import.meta.dirname, 'runner', 'record-logs.mjs')).href;
  process.env.POLYNYA_TEST_LOGS = mkdtempSync(join(tmpdir(), 'polynya-logs-'));
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${recorder}`.trim();
  await import(recorder);
  return process.env.POLYNYA_TEST_LOGS;
}

/** Whatever this run wrote as a log, searched for every secret that it used. */
function searchForSecrets(folder) {
  heading('secrets in logs');
  const { searched, tooPlain } = literalSecrets(sourcesWithSecrets());
  const result = searchLogs(folder, searched);
  console.log(
    `${result.lines} lines of ${result.programs} programs searched for ${result.secrets} secrets, ${searched.length} of ` +
      `them from the tests’ source (${tooPlain.length} more there are too short or too plain to be searched for).`,
  );
  for (const problem of searchProblems(result, filters.length === 0)) addFailure(problem);
}

async function runTests(projects) {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-test-'));
  const tally = join(folder, 'tally.jsonl');
  const options = ['--reporter=default', '--reporter=./test/runner/reporter.mjs', '--passWithNoTests'];
  try {
    const code = await run(
      process.execPath,
      [vitest, 'run', ...options, ...projects.flatMap((name) => ['--project', name]), ...filters],
      { env: { POLYNYA_TEST_TALLY: tally }, limitSec: 4200 },
    );
    let text = '';
    try {
      text = readFileSync(tally, 'utf8');
    } catch {
      // Nothing was written: tallyRun counts that as a failure.
    }
    const result = tallyRun(text, code);
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped.push(...result.skipped);
    total.problems.push(...result.problems);
    total.secondTries.push(...result.secondTries);
    total.files.push(...result.files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function testEverything() {
  const missing = await preparePackages();

  heading('build');
  if ((await run('npm', ['run', '--silent', 'build'], { limitSec: 300 })) !== 0) {
    addFailure('the build failed; no test was run');
    return;
  }
  if (filters.length === 0) {
    for (const step of ['types', 'lint']) {
      heading(step);
      if ((await run('npm', ['run', '--silent', step], { limitSec: 300 })) !== 0)
        addFailure(`${step} failed`);
    }
  }

  const projects = ['logic', 'unit'];
  for (const project of ['lab', 'web', 'page']) {
    const reason = await obstacle(project, missing);
    if (reason === null) projects.push(project);
    else await listSkipped(project, reason);
  }
  heading(`tests: ${projects.join(', ')}`);
  const logs = await recordLogs();
  try {
    await runTests(projects);
    searchForSecrets(logs);
  } finally {
    rmSync(logs, { recursive: true, force: true });
  }
}

stopChildrenOnSignals();
await testEverything();

if (isStopping()) addFailure('stopped before the end');
const violation = skippedOnFullMachine(total.skipped, machine);
if (violation !== null) addFailure(violation);
if (total.files.length > 0) {
  heading('where the time went');
  for (const line of describeTimes(total.files)) console.log(line);
}
if (total.skipped.length > 0) {
  heading(`skipped: ${total.skipped.length}`);
  for (const line of describeSkipped(total.skipped)) console.log(line);
}
if (total.secondTries.length > 0) {
  heading(`passed only at the second try: ${total.secondTries.length}`);
  for (const each of total.secondTries) console.log(`  ${each}`);
}
if (total.problems.length > 0) {
  heading(`failed: ${total.failed}`);
  for (const problem of total.problems) console.log(`  ${problem}`);
}
if (total.passed + total.failed === 0) console.log('\nNothing ran.');
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
