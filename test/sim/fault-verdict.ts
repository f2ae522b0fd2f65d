/** What a client of ours makes of a fault, in words. The virtual clock makes every figure the same in every run. */
import type { FaultPlanInput } from '../../contract/fault-rules.ts';
import type { CatalogFault } from '../../turn/faults/catalog-fault.ts';
import {
  type Echo,
  runBinding,
  runSession,
  type SessionRecord,
  sessionMs,
  talkEveryMs,
} from './fault-session.ts';

export interface Verdict {
  readonly kind: 'not struck' | 'survives' | 'recovers' | 'gives up' | 'hangs' | 'loses';
  /** The whole sentence. */
  readonly text: string;
}

/** The end of the session, where everything should flow again. */
const tailMs = 60_000;
/** A longer set-up than without faults by less than this is no matter. */
const noticeableMs = 50;
/** Shorter silence is loss of single messages. */
const longGapMs = 6 * talkEveryMs;

const healthy = new Map<string, number>();

function healthyReadyMs(transport: 'udp' | 'tcp'): number {
  const known = healthy.get(transport) ?? runSession({}, transport).readyMs ?? 0;
  healthy.set(transport, known);
  return known;
}

export function judgeSession(record: SessionRecord, transport: 'udp' | 'tcp'): Verdict {
  const { echoes, readyMs, failure, refusals, faults } = record;
  if (faults.length === 0) return { kind: 'not struck', text: '–' };
  if (failure !== null) {
    return {
      kind: 'gives up',
      text: `gives up after ${duration(failure.atMs)}: \`${failure.failure.code}\``,
    };
  }
  const refusal = refusals[0];
  if (refusal !== undefined) {
    const what = refusals.length > 1 ? 'both peers' : `the ${refusal.peer}’s peer`;
    return {
      kind: 'gives up',
      text: `gives up ${what} after ${duration(refusal.atMs)}: \`${refusal.code}\``,
    };
  }
  const tail = echoes.filter(({ sentMs }) => sentMs >= sessionMs - tailMs);
  const deaf = (['channel', 'permission'] as const).filter(
    (peer) => !tail.some((echo) => echo.peer === peer && echo.heardMs !== null),
  );
  if (deaf.length > 0) return { kind: 'hangs', text: `hangs: ${deafness(echoes, deaf)}` };
  const lost = echoes.filter(({ heardMs }) => heardMs === null).length;
  const delayMs = (readyMs ?? 0) - healthyReadyMs(transport);
  const gapMs = longestGapMs(echoes);
  if (gapMs > longGapMs) return { kind: 'recovers', text: `recovers in ${duration(gapMs)}` };
  const loss = lost === 0 ? '' : `, ${Math.ceil((100 * lost) / echoes.length)} % of the data lost`;
  if (delayMs > noticeableMs) return { kind: 'recovers', text: `recovers in ${duration(delayMs)}${loss}` };
  return { kind: lost === 0 ? 'survives' : 'loses', text: `survives${loss}` };
}

export function judgeBinding(plan: FaultPlanInput, transport: 'udp' | 'tcp'): Verdict {
  const { events, endedMs, faults } = runBinding(plan, transport);
  if (faults.length === 0) return { kind: 'not struck', text: '–' };
  const failed = events.find((event) => event.kind === 'failed');
  if (failed?.kind === 'failed') {
    return { kind: 'gives up', text: `gives up after ${duration(endedMs)}: \`${failed.failure.code}\`` };
  }
  const mapped = events.find((event) => event.kind === 'mapped');
  if (mapped?.kind !== 'mapped') return { kind: 'hangs', text: 'hangs' };
  if (mapped.mapped.address !== '93.184.216.34') return { kind: 'survives', text: 'believes it' };
  const healthyMs = runBinding({}, transport).endedMs;
  const delayMs = endedMs - healthyMs;
  if (delayMs > noticeableMs) return { kind: 'recovers', text: `recovers in ${duration(delayMs)}` };
  return { kind: 'survives', text: 'survives' };
}

export function judgeFault({ id, over = 'udp' }: CatalogFault): { turn: Verdict; stun: Verdict } {
  const plan = { faults: [id] };
  return { turn: judgeSession(runSession(plan, over), over), stun: judgeBinding(plan, over) };
}

/** The longest time in which one of the peers was not heard, though it was spoken to. */
function longestGapMs(echoes: readonly Echo[]): number {
  const gaps = (['channel', 'permission'] as const).flatMap((peer) => {
    const own = echoes.filter((echo) => echo.peer === peer);
    let lastMs = own.find(({ heardMs }) => heardMs !== null)?.sentMs ?? 0;
    return own.map(({ sentMs, heardMs }) => {
      const gapMs = sentMs - lastMs;
      if (heardMs !== null) lastMs = sentMs;
      return gapMs;
    });
  });
  return Math.max(0, ...gaps);
}

function deafness(echoes: readonly Echo[], deaf: readonly Echo['peer'][]): string {
  const last = Math.max(
    -1,
    ...echoes
      .filter(({ peer, heardMs }) => deaf.includes(peer) && heardMs !== null)
      .map(({ sentMs }) => sentMs),
  );
  const who = deaf.length > 1 ? 'nothing' : `nothing from the ${deaf[0]}’s peer`;
  return last < 0 ? `${who} is ever heard` : `${who} after ${duration(last)}`;
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const sec = ms / 1000;
  return sec < 100 ? `${Number(sec.toFixed(1))} s` : `${Math.round(sec)} s`;
}
