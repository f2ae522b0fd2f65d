/** What sockets of load are told, and how exactly their thread sleeps. */
import { wantedBufferBytes } from './allocation-host.ts';
import type { Libc } from './libc.ts';

/** socket(7). The two for buffers go beyond net.core.rmem_max and wmem_max, for those who may (CAP_NET_ADMIN). */
const [socketLevel, forcedSendBuffer, forcedReceiveBuffer, arrivalTimes] = [1, 32, 33, 35];
/** prctl(2): how much later than asked for a sleeping thread may wake up, in ns; 0: as when it began. */
const setTimerSlack = 29;
const preciseNs = 1_000;

/** Large buffers, and times of arrival. */
export function prepareSocket(libc: Libc, descriptor: number): void {
  const set = (option: number, value: number): void => {
    const memory = new Uint8Array(new Int32Array([value]).buffer);
    libc.setsockopt(descriptor, socketLevel, option, libc.addressOf(memory), memory.length);
  };
  set(forcedSendBuffer, wantedBufferBytes);
  set(forcedReceiveBuffer, wantedBufferBytes);
  set(arrivalTimes, 1);
}

export function setTimers(libc: Libc, areExact: boolean): void {
  libc.prctl(setTimerSlack, areExact ? preciseNs : 0);
}
