/** Searches everything that a run has recorded (record-logs.mjs) for every secret that it used. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { SecretIndex } from './secret-index.mjs';
import { secretPatterns } from './secret-patterns.mjs';
import { isDistinctive, secretsIn } from './test-secrets.mjs';
import { isToldOnPurpose } from './told-on-purpose.mjs';

/** A third of what the unit tests alone write; fewer, and what was written was not collected. */
const leastLines = 15_000;
const blockBytes = 2 ** 20;
/** A line is searched as a whole up to this length, and longer ones in parts that overlap. */
const longestLine = 4 * blockBytes;
const overlap = 4096;
const newline = 10;
const shown = { before: 80, after: 160 };

/** The folders whose literals are used in tests: what they give, and what the lab’s own servers are given. */
const sourceFolders = ['test', 'scenarios'];

export function sourcesWithSecrets() {
  return sourceFolders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && /\.m?[jt]s$/.test(each.name))
      .map((each) => join(each.parentPath, each.name)),
  );
}

/** What the tests’ source gives to names of secrets, as one list for all forms of a value. */
export function literalSecrets(files, read = (file) => readFileSync(file, 'utf8')) {
  const byValue = new Map();
  for (const file of files)
    for (const { name, value } of secretsIn(file, read(file))) byValue.set(value, byValue.get(value) ?? name);
  const all = [...byValue].map(([value, name]) => ({ name, value }));
  return {
    searched: all.filter(({ value }) => isDistinctive(value)),
    tooPlain: all.filter(({ value }) => !isDistinctive(value)),
  };
}

/** What the processes of the run made at random: who made it, and the encodings in which it may stand somewhere. */
function madeSecrets(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.secrets'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((row) => row.split('\t'))
    .map(([maker, ...values]) => ({
      name: `what ${maker} made at random`,
      values: values.map((value) => value.replace(/=+$/, '')),
    }));
}

/**
 * @param folder of the recorder
 * @param literals {{name: string, value: string}[]}
 * @returns {{lines: number, programs: number, secrets: number, leaks: {name, program, stream, lines, line}[]}}
 *   one leak per secret and program, with its first line, from which the secret is cut out
 */
export function searchLogs(folder, literals) {
  const index = new SecretIndex();
  const made = madeSecrets(folder);
  for (const { name, value } of literals) index.add(name, value);
  for (const { name, values } of made) for (const value of values) index.add(name, value);

  const programs = new Set();
  const leaks = new Map();
  let lines = 0;
  for (const file of readdirSync(folder)) {
    const [, encoded, stream] = /^(.+?)\.\d+(?:\.\d+)?\.(stdout|stderr|log)$/.exec(file) ?? [];
    if (encoded === undefined) continue;
    const program = decodeURIComponent(encoded);
    programs.add(program);
    for (const block of blocksOf(join(folder, file))) {
      lines += countLines(block);
      for (const hit of hitsIn(block, index)) {
        const leak = { ...hit, program, stream };
        if (isToldOnPurpose(leak)) continue;
        const key = `${hit.name}\t${program}\t${stream}`;
        const known = leaks.get(key);
        if (known === undefined) leaks.set(key, { ...leak, lines: 1 });
        else known.lines += 1;
      }
    }
  }
  return {
    lines,
    programs: programs.size,
    secrets: literals.length + made.length,
    leaks: [...leaks.values()],
  };
}

/** Whole lines, about a MiB at a time. */
function* blocksOf(path) {
  const file = openSync(path, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const next = Buffer.alloc(blockBytes);
      const count = readSync(file, next, 0, blockBytes, null);
      if (count === 0) break;
      const block = Buffer.concat([rest, next.subarray(0, count)]);
      const end = block.lastIndexOf(newline) + 1;
      if (end === 0 && block.length > longestLine) {
        yield block;
        rest = block.subarray(block.length - overlap);
      } else {
        if (end > 0) yield block.subarray(0, end);
        rest = block.subarray(end);
      }
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(file);
  }
}

function countLines(block) {
  let count = 0;
  for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) count += 1;
  return block.at(-1) === newline ? count : count + 1;
}

/** One per line and secret. */
function hitsIn(block, index) {
  const found = index.find(block);
  const known = (start, end) => found.some((each) => each.start < end && start < each.end);
  // A character per byte, so that places in both are the same.
  const text = block.toString('latin1');
  const byForm = secretPatterns.flatMap(({ name, pattern }) =>
    [...text.matchAll(pattern)].map(({ index: start, 0: match }) => ({
      name,
      start,
      end: start + match.length,
    })),
  );
  const all = [...found, ...byForm.filter(({ start, end }) => !known(start, end))];
  const lines = new Map();
  for (const hit of all) {
    const start = block.lastIndexOf(newline, hit.start) + 1;
    lines.set(start, [...(lines.get(start) ?? []), hit]);
  }
  return [...lines].flatMap(([start, hits]) => {
    const end = block.indexOf(newline, start);
    const line = cutOut(block.subarray(start, end === -1 ? block.length : end), start, hits);
    return [...new Set(hits.map(({ name }) => name))].map((name) => ({ name, line }));
  });
}

function cutOut(line, offset, hits) {
  const parts = [];
  let done = 0;
  for (const { start, end } of hits.toSorted((a, b) => a.start - b.start)) {
    if (start - offset >= done) parts.push(line.toString('utf8', done, start - offset), '•••');
    done = Math.max(done, end - offset);
  }
  parts.push(line.toString('utf8', done));
  const text = parts.join('');
  const first = text.indexOf('•••');
  return text.slice(Math.max(0, first - shown.before), first + shown.after).trim();
}

/** The sentences with which it fails a run; `isWhole` unless only some of the tests ran. */
export function searchProblems({ lines, leaks }, isWhole) {
  const problems = leaks.map(({ name, program, stream, lines: count, line }) => {
    const times = count === 1 ? '' : ` (${count} lines)`;
    return `a secret in a log: ${name}, in what ${program} wrote to its ${stream}${times}: ${line}`;
  });
  if (isWhole && lines < leastLines)
    problems.push(`nothing was searched for secrets: only ${lines} lines of logs, fewer than ${leastLines}`);
  return problems;
}
