/** Drives the NAT discovery on real sockets, and asks over TCP as well when UDP stays silent. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { type DiscoveryEvent, NatDiscovery } from '../nat/discovery.ts';
import { planNat } from '../nat/plan.ts';
import { shiftEvidence } from '../report/shift-evidence.ts';
import { transactionEvidence } from '../report/transaction-evidence.ts';
import { serverPatience } from './run-server.ts';

export interface NatRun {
  readonly evidence: Evidence[];
  /** Machine time at which the last question was settled. */
  readonly endedMs: number;
}

export interface NatRunOptions {
  /** UDP endpoints of STUN servers, best first. */
  readonly servers: readonly Endpoint[];
  readonly bindAddress: string | undefined;
  readonly random: RandomBytes;
  readonly originMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: DiscoveryEvent) => void;
}

/** Silence of this length over UDP is suspicious: the TCP control starts, to tell "blocked" from "down". */
const controlAfterMs = 150;

export async function runNat(options: NatRunOptions): Promise<NatRun> {
  const { servers, bindAddress, random, originMs, signal } = options;
  let heard = false;
  const machine = new NatDiscovery(planNat(servers), random);
  const controls: Promise<Evidence[]>[] = [];
  const timer = setTimeout(() => {
    if (!heard) controls.push(...servers.map((server, index) => tcpControl(server, index + 1, options)));
  }, controlAfterMs);
  try {
    await drive<DiscoveryEvent>(machine, {
      bindAddress,
      signal,
      onEvent: (event) => {
        if (event.kind === 'first-answer') heard = true;
        options.onEvent(event);
      },
    });
  } catch {
    // Aborted, or a fault of the driver: what was gathered so far is still evidence.
  } finally {
    clearTimeout(timer);
  }
  const evidence = shiftEvidence(machine.evidence(), machine.startedAtMs - originMs);
  const endedMs = performance.now();
  const control = (await Promise.all(controls)).flat();
  return { evidence: [...evidence, ...control], endedMs };
}

async function tcpControl(server: Endpoint, index: number, options: NatRunOptions): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  const machine = new BindingClient({
    server,
    transport: 'tcp',
    random: randomBytes,
    giveUpMs: serverPatience.giveUpMs,
  });
  try {
    await drive<BindingEvent>(machine, {
      bindAddress: options.bindAddress,
      signal: options.signal,
      connectTimeoutMs: serverPatience.connectTimeoutMs,
      onEvent: (event) => {
        if (event.kind !== 'transaction') return;
        evidence.push(
          transactionEvidence(event.record, `c${index}`, `control-${index}/tcp`, options.originMs),
        );
      },
    });
  } catch {
    // A control that could not run controls nothing: UDP then stays "inconclusive".
  }
  return evidence;
}
