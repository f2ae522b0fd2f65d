/** Programs that a bench starts, and what the kernel knows about them. */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** Linux counts processor time in ticks of 10 ms. */
const tickMs = 10;

export async function freePort() {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

/** Of a process in ms, that of the kernel for it included. */
export function processorMs(pid) {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** Of all children that have ended, with those of theirs that they waited for. */
export function endedChildrenMs() {
  const fields = statOf('self');
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/** From the state of the process on. */
function statOf(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
}

/** Resolves when it has printed `sign`. */
export async function started(argv, sign) {
  const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise((resolve, reject) => {
    const look = (chunk) => {
      said += String(chunk);
      if (sign.test(said)) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`${argv[0]} has ended: ${said.slice(-500)}`)));
  });
  child.removeAllListeners('exit');
  return child;
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** coturn with one relay thread, on loopback, that relays to loopback. */
export function startCoturn(folder, port, { username, password }) {
  const host = '127.0.0.1';
  const argv = ['-n', '-L', host, '-E', host, '-p', String(port), '--allow-loopback-peers', '-a'];
  argv.push('-u', `${username}:${password}`, '-r', 'example.org', '-m', '1', '--no-cli');
  argv.push('--no-tls', '--no-dtls', '--no-software-attribute', '--log-file', 'stdout');
  argv.push('--pidfile', join(folder, 'coturn.pid'), '--userdb', join(folder, 'coturn.db'));
  return started(['turnserver', ...argv], /Relay thread|IO method/i);
}

/** Resident memory of a process, in MiB. */
export function residentMib(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** Those of a process, and of all that it starts from now on, its threads included; `cores` as of `taskset -c`. */
export function pin(pid, cores) {
  execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
}

/** Core 0 belongs to what is measured, the others to what loads it, while `work` runs. */
export async function onOtherCores(work) {
  const last = cpus().length - 1;
  if (last < 1) throw new Error('one core for the service and one for the load are needed');
  pin(process.pid, `1-${last}`);
  try {
    return await work();
  } finally {
    pin(process.pid, `0-${last}`);
  }
}
