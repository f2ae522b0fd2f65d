/**
 * The few functions of the C library for which Node.js has no counterpart, through koffi. Memory is passed by address: who
 * passes it keeps it.
 */
import { getSystemErrorName } from 'node:util';

/** All return -1 where something went wrong, and `errorName` tells what. */
export interface Libc {
  /** Backing stores of typed arrays do not move. */
  addressOf(memory: Uint8Array): bigint;
  /** Of the call before. */
  errorName(): string;
  send(socket: number, bytes: bigint, length: number, flags: number): number;
  sendmmsg(socket: number, messages: bigint, count: number, flags: number): number;
  recvmmsg(socket: number, messages: bigint, count: number, flags: number, timeout: bigint): number;
  setsockopt(socket: number, level: number, option: number, value: bigint, bytes: number): number;
  epollCreate(flags: number): number;
  epollCtl(epoll: number, operation: number, descriptor: number, event: bigint): number;
  epollWait(epoll: number, events: bigint, most: number, timeoutMs: number): number;
  ppoll(descriptors: bigint, count: number, timeout: bigint, signals: bigint): number;
  prctl(option: number, value: number): number;
  clockGettime(clock: number, time: bigint): number;
  close(descriptor: number): number;
  mmap(at: bigint, bytes: number, access: number, flags: number, descriptor: number, offset: number): bigint;
  munmap(at: bigint, bytes: number): number;
  /** Memory of the system, as long as it is mapped. */
  view(at: bigint, bytes: number): ArrayBuffer;
  // The C library has no functions for io_uring(7): syscall(2), the number of the call first.
  ringSetup(call: number, entries: number, parameters: bigint): number;
  ringEnter(
    call: number,
    ring: number,
    submitted: number,
    least: number,
    flags: number,
    argument: bigint,
    bytes: number,
  ): number;
  ringRegister(call: number, ring: number, what: number, argument: bigint, count: number): number;
}

export type LoadedLibc =
  | { readonly ok: true; readonly libc: Libc }
  | { readonly ok: false; readonly problem: string };

export const nullPointer = 0n;

let loaded: Promise<LoadedLibc> | null = null;

/** Once for the process. */
export function loadLibc(): Promise<LoadedLibc> {
  loaded ??= load().then(
    (libc) => ({ ok: true, libc }),
    (error: unknown) => ({ ok: false, problem: error instanceof Error ? error.message : String(error) }),
  );
  return loaded;
}

async function load(): Promise<Libc> {
  // Machines for which there is no prebuilt library have the other engine.
  const { default: koffi } = await import('koffi');
  // This program is linked with the C library, whatever its file is called here.
  const own = koffi.load(null);
  const pointer = 'void *';
  return {
    addressOf: (memory) => koffi.address(memory),
    errorName: () => getSystemErrorName(-koffi.errno()),
    send: own.func('send', 'long', ['int', pointer, 'ulong', 'int']),
    sendmmsg: own.func('sendmmsg', 'int', ['int', pointer, 'uint', 'int']),
    recvmmsg: own.func('recvmmsg', 'int', ['int', pointer, 'uint', 'int', pointer]),
    setsockopt: own.func('setsockopt', 'int', ['int', 'int', 'int', pointer, 'uint']),
    epollCreate: own.func('epoll_create1', 'int', ['int']),
    epollCtl: own.func('epoll_ctl', 'int', ['int', 'int', 'int', pointer]),
    epollWait: own.func('epoll_wait', 'int', ['int', pointer, 'int', 'int']),
    ppoll: own.func('ppoll', 'int', [pointer, 'ulong', pointer, pointer]),
    prctl: own.func('prctl', 'int', ['int', 'ulong']),
    clockGettime: own.func('clock_gettime', 'int', ['int', pointer]),
    close: own.func('close', 'int', ['int']),
    mmap: own.func('mmap', pointer, [pointer, 'ulong', 'int', 'int', 'int', 'long']),
    munmap: own.func('munmap', 'int', [pointer, 'ulong']),
    view: (at, bytes) => koffi.view(at, bytes),
    ringSetup: own.func('syscall', 'long', ['long', 'uint', pointer]),
    ringEnter: own.func('syscall', 'long', ['long', 'uint', 'uint', 'uint', 'uint', pointer, 'ulong']),
    ringRegister: own.func('syscall', 'long', ['long', 'uint', 'uint', pointer, 'uint']),
  };
}
