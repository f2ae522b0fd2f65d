/** Did a step measure the server, or the program that made the load? Decided from what the generator recorded alone. */
import type { GeneratorLimit } from '../../contract/load-report.ts';
import { percentText } from './figures.ts';
import type { StepRecord } from './step-count.ts';

/** Later than this, packets are no longer sent when the schedule says. */
export const lateP99Us = 1_000;
/** Busier than this, the event loop has no reserve for the moments in which much arrives. */
export const busyShare = 0.8;
/** Own losses may be a fifth of what the stop rule allows by default. */
export const ownLossShare = 0.001;

/**
 * What the system says when it cannot take more from this program. Other errors (ECONNREFUSED, EHOSTUNREACH) are told by
 * the network and the server.
 */
const ownErrors: ReadonlySet<string> = new Set([
  'EAGAIN',
  'ENOBUFS',
  'ENOMEM',
  'EMFILE',
  'ENFILE',
  'EPERM',
  'EADDRINUSE',
  'local-bind-failed',
  'local-send-blocked',
]);

/** Empty: the figures are those of the server. */
export function judgeGenerator(record: StepRecord): GeneratorLimit[] {
  const { scheduled, latenessP99Us, missingWorkers, generator, ownLimits } = record;
  const { runQueueMs, socketDrops, receiveBufferBytes, sendErrors, cpuMs } = generator;
  const limits: GeneratorLimit[] = [];
  if (missingWorkers > 0) {
    limits.push({
      code: 'silent-worker',
      sentence: `${missingWorkers === 1 ? 'One worker' : `${missingWorkers} workers`} did not answer in time.`,
    });
  }
  if (latenessP99Us !== null && latenessP99Us > lateP99Us) {
    const waited =
      runQueueMs !== null && runQueueMs > cpuMs / 10
        ? `; it waited ${runQueueMs.toFixed(0)} ms for a processor, which others had`
        : '';
    const sentence = `1 % of what was due left more than ${inMs(latenessP99Us)} after its time (limit ${inMs(lateP99Us)})${waited}.`;
    limits.push({ code: 'late', sentence });
  }
  if (generator.busyShare > busyShare) {
    const sentence = `The event loop had work ${percentText(generator.busyShare)} of the time (limit ${percentText(busyShare)}).`;
    limits.push({ code: 'busy', sentence });
  }
  // With a peer of ours every packet is received twice, by the peer and by the client.
  const received = Math.max(1, (record.arrivedOut === null ? 1 : 2) * scheduled);
  if (socketDrops !== null && socketDrops / received > ownLossShare) {
    const buffer = receiveBufferBytes === null ? '' : ` of ${receiveBufferBytes} bytes`;
    const sentence = `The system dropped ${socketDrops} packets at the generator’s own sockets (receive buffers${buffer}).`;
    limits.push({ code: 'own-drops', sentence });
  }
  const refused = Object.entries(sendErrors).filter(([code]) => ownErrors.has(code));
  const unsent = generator.unsent + refused.reduce((sum, [, count]) => sum + count, 0);
  if (unsent / Math.max(1, scheduled) > ownLossShare) {
    const codes = refused.length === 0 ? '' : ` (${refused.map(([code]) => code).join(', ')})`;
    limits.push({
      code: 'unsent',
      sentence: `${unsent} of ${scheduled} could not be handed to the system${codes}.`,
    });
  }
  // Told by one of several machines, each is there already, with its figures.
  return [...ownLimits, ...limits.filter(({ code }) => ownLimits.every((own) => own.code !== code))];
}

function inMs(us: number): string {
  return `${Number((us / 1000).toPrecision(3))} ms`;
}
