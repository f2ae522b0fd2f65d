/**
 * Loaded into every Node.js process of a test run (`NODE_OPTIONS=--import …`, set by run.mjs), so that what any of them
 * writes as a log can be searched at the end, however it was started and whoever else reads it:
 *  - what it writes to stdout and stderr;
 *  - what its programs that are not Node.js write there (coturn, PostgreSQL, browsers), as far as it reads them;
 *  - every line that pino makes, also where a test reads it or throws it away;
 *  - every random value and every HMAC as text that it makes, since keys, tokens and minted passwords are made of those.
 * All of it is appended at once: a process that is killed has left what it wrote.
 */
import { ChildProcess } from 'node:child_process';
import crypto from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join, relative } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const folder = process.env.POLYNYA_TEST_LOGS;

/** From 128 bits on a random value is a secret; addresses, ids of things and transactions are shorter. */
const secretBytes = { least: 16, most: 64 };

/** Written last, and still open. */
let open = { name: '', fd: -1 };

function append(program, stream, chunk) {
  const name = `${encodeURIComponent(program)}.${process.pid}.${stream}`;
  try {
    if (open.name !== name) {
      if (open.fd !== -1) closeSync(open.fd);
      open = { name, fd: openSync(join(folder, name), 'a') };
    }
    writeSync(open.fd, chunk);
  } catch {
    // The run is over and its folder gone, or this process belongs to another user now.
  }
}

/** The file of tests that runs here, or the command with its subcommands; never an argument, which may be a secret. */
function ownName() {
  const testFile = globalThis.__vitest_worker__?.filepath;
  if (testFile !== undefined) return relative(process.cwd(), testFile);
  // A script of a test, whose arguments may be anything.
  if (process.execArgv.includes('-e')) return 'node -e';
  const [, script = 'node', ...rest] = process.argv;
  if (basename(script) !== 'main.js') return basename(script);
  const first = rest.slice(0, 2);
  const argument = first.findIndex((each) => !/^[a-z]+(-[a-z]+)*$/.test(each));
  return ['polynya', ...first.slice(0, argument === -1 ? 2 : argument)].join(' ');
}

/** Of `ip netns exec NAME PROGRAM …` the program. */
function nameOf(args) {
  const inside = args[1] === 'netns' && args[2] === 'exec' ? args[4] : undefined;
  return basename(inside ?? args[0] ?? 'unknown');
}

/** Wraps a method of `owner`; `after` gets what went in and what came out. */
function listen(owner, method, after) {
  const original = owner[method];
  owner[method] = function (...args) {
    const result = original.apply(this, args);
    after.call(this, args, result);
    return result;
  };
}

/** The line of pino that is on its way; where it goes to stderr, it is not recorded twice. */
let pinoLine = null;

function recordPino() {
  tracingChannel('pino_asJson').end.subscribe(({ result }) => {
    pinoLine = result;
    append(ownName(), 'log', result);
  });
}

function recordOwnOutput() {
  for (const name of ['stdout', 'stderr']) {
    // Not before somebody wants to write: making the stream takes its time.
    const { get } = Object.getOwnPropertyDescriptor(process, name);
    const stream = () => {
      const made = get.call(process);
      Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => made });
      listen(made, 'write', ([chunk, encoding]) => {
        if (chunk === pinoLine) return;
        const bytes =
          typeof chunk === 'string'
            ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8')
            : chunk;
        append(ownName(), name, bytes);
      });
      return made;
    };
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: stream });
  }
}

/** Node.js with this module records itself. */
function recordsItself({ args = [], envPairs = [] }) {
  const isNode = args.some((each) => each === process.execPath || /^(node|npm|npx)$/.test(basename(each)));
  return (
    isNode && envPairs.some((pair) => pair.startsWith('NODE_OPTIONS=') && pair.includes(import.meta.url))
  );
}

function recordOtherPrograms() {
  listen(ChildProcess.prototype, 'spawn', function ([options]) {
    if (recordsItself(options)) return;
    const program = nameOf(options.args ?? []);
    for (const name of ['stdout', 'stderr']) {
      const stream = this[name];
      // Bytes pass here before anybody is given them, and nobody’s reading is changed by it.
      if (stream !== null && stream !== undefined) {
        listen(stream, 'push', ([chunk]) => {
          if (chunk !== null) append(program, `${this.pid}.${name}`, chunk);
        });
      }
    }
  });
}

function recordSecrets() {
  const note = (...forms) => appendSecret(`${[ownName(), ...forms].join('\t')}\n`);
  const noteBytes = (bytes) => {
    const { length } = bytes;
    if (length < secretBytes.least || length > secretBytes.most) return;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    note(...['base64url', 'base64', 'hex'].map((encoding) => buffer.toString(encoding)));
  };
  listen(crypto, 'randomBytes', (_args, result) => result instanceof Uint8Array && noteBytes(result));
  listen(crypto.webcrypto.constructor.prototype, 'getRandomValues', (_args, result) => noteBytes(result));
  listen(crypto.Hmac.prototype, 'digest', (_args, result) => typeof result === 'string' && note(result));
  syncBuiltinESMExports();
}

function appendSecret(line) {
  try {
    appendFileSync(join(folder, `${process.pid}.secrets`), line);
  } catch {
    // As above.
  }
}

if (folder !== undefined && isMainThread) {
  recordOwnOutput();
  recordOtherPrograms();
  recordPino();
  recordSecrets();
}
