/** Adds up what the reporter wrote. Pure: text and facts in, numbers and sentences out. */

/** Vitest projects in which nothing may be skipped on a machine that can run everything. */
const fullMachineProjects = ['lab', 'web', 'page'];
/** A busy machine may cost a lab or web test its first try. More of them, and it is the product that falters. */
const mostSecondTries = 3;

/**
 * @param text JSON lines of reporter.mjs
 * @param exitCode of vitest
 * @returns {{
 *   passed: number, failed: number, skipped: {project, file, name, reason}[], problems: string[], secondTries: string[],
 *   files: {project: string, file: string, ms: number}[]
 * }} `secondTries`: tests that failed once and then passed, with what they said
 */
export function tallyRun(text, exitCode) {
  const entries = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const result = { passed: 0, failed: 0, skipped: [], problems: [], secondTries: [], files: [] };
  for (const entry of entries) {
    if (entry.kind === 'error') fail(result, `error outside of any test: ${entry.message}`);
    if (entry.kind === 'file') result.files.push(entry);
    if (entry.kind !== 'test') continue;
    const label = `${entry.file} > ${entry.name}`;
    if (entry.firstTry !== undefined) result.secondTries.push(`${label}: ${entry.firstTry}`);
    if (entry.state === 'passed') result.passed += 1;
    else if (entry.state === 'failed') fail(result, entry.reason ? `${label}: ${entry.reason}` : label);
    else if (entry.state === 'skipped')
      result.skipped.push({ ...entry, reason: entry.reason ?? 'no reason given' });
    else fail(result, `${label}: did not come to its end`);
  }
  if (!entries.some((entry) => entry.kind === 'end')) fail(result, 'vitest ended before its tests did');
  else if (exitCode !== 0 && result.failed === 0) fail(result, `vitest ended with exit code ${exitCode}`);
  const tries = result.secondTries.length;
  if (tries > mostSecondTries)
    fail(result, `${tries} tests needed a second try, more than ${mostSecondTries}`);
  return result;
}

function fail(result, problem) {
  result.failed += 1;
  result.problems.push(problem);
}

/**
 * A machine that can run everything must run everything: there, a skipped lab or web test is a failure of the run.
 * Returns the sentence to print, or null.
 */
export function skippedOnFullMachine(skipped, machine) {
  if (!machine.isRoot || !machine.isDebian) return null;
  const count = skipped.filter((test) => fullMachineProjects.includes(test.project)).length;
  if (count === 0) return null;
  return `${count} lab or web tests were skipped; as root on Debian none may be.`;
}

/** One line per project and reason, with the count. */
export function describeSkipped(skipped) {
  const groups = new Map();
  for (const { project, reason } of skipped) {
    const key = `${project}: ${reason}`;
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  return [...groups].map(([key, count]) => `  ${count} × ${key}`);
}

/** The sum of each project’s files, which run side by side in part, and the files that took longest. */
export function describeTimes(files) {
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`.padStart(9);
  const projects = [...new Set(files.map(({ project }) => project))].map((project) => {
    const own = files.filter((file) => file.project === project);
    return `${seconds(own.reduce((sum, { ms }) => sum + ms, 0))}  ${project}: ${own.length} files`;
  });
  const longest = files.toSorted((a, b) => b.ms - a.ms).slice(0, 20);
  return [...projects, ...longest.map(({ file, ms }) => `${seconds(ms)}  ${file}`)];
}
