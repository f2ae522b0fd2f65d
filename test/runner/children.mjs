/** Child processes in groups of their own, so that a stop or a time limit takes their children along. */
import { spawn } from 'node:child_process';

const running = new Set();
let stopping = false;

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function endGroup(child) {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), 10_000).unref();
}

/** Ends every child on SIGINT or SIGTERM; the caller sees their exit and comes to its own end. */
export function stopChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (stopping) for (const child of running) signalGroup(child, 'SIGKILL');
      stopping = true;
      for (const child of running) endGroup(child);
    });
  }
}

export function isStopping() {
  return stopping;
}

/**
 * Runs a program to its end and returns its exit code: 124 when `limitSec` ran out, 127 when it could not be
 * started. Output goes to this process's own, or to `onOutput` (stdout only) when that is given.
 */
export function run(program, arguments_, { env = {}, limitSec, onOutput } = {}) {
  if (stopping) return Promise.resolve(130);
  return new Promise((resolve) => {
    const child = spawn(program, arguments_, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', onOutput === undefined ? 'inherit' : 'pipe', 'inherit'],
    });
    running.add(child);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      console.error(`${program} ${arguments_.join(' ')}: stopped after ${limitSec} s.`);
      endGroup(child);
    }, limitSec * 1000);
    const settle = (code) => {
      clearTimeout(limit);
      running.delete(child);
      resolve(timedOut ? 124 : code);
    };
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 1));
  });
}
