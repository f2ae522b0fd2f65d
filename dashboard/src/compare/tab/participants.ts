/** The participants of one run: frames of this page, each a Room page that joins by itself and reports what it saw. */
import type { Witness } from '../../../../compare/judge-run.ts';
import type { ComparePlan } from '../../../../contract/comparison.ts';
import { failure } from '../../../../contract/failures.ts';
import { type ParticipantNews, participantFragment } from '../../../../contract/participant.ts';
import type { RoomTicket } from '../../../../contract/room.ts';
import { roomReportSchema } from '../../../../contract/room-report.ts';
import { words } from '../../words.ts';

/** Who is not seen so long after the path began is not waited for. */
const limitSec = 15;
/** For the page to load and to join, beyond what it is ordered to do. */
const spareMs = 10_000;

export interface ParticipantsOptions {
  readonly plan: ComparePlan;
  readonly ticket: RoomTicket;
  /** Where the frames are shown. */
  readonly place: HTMLElement;
  readonly onReported: (count: number) => void;
  readonly signal: AbortSignal;
}

/** Resolves when all have reported or given up. Rejects when the signal says so. The frames are gone afterwards. */
export async function withParticipants(options: ParticipantsOptions): Promise<Witness[]> {
  const { plan, onReported, signal } = options;
  const names = Array.from({ length: plan.participants }, (_, index) => `p${index + 1}`);
  const frames = names.map((name) => openFrame(name, options));
  let reported = 0;
  try {
    return await Promise.all(
      frames.map(async (frame, index) => {
        const witness = await testimony(frame, names[index] ?? '', plan, signal);
        reported += 1;
        onReported(reported);
        return witness;
      }),
    );
  } finally {
    for (const frame of frames) frame.remove();
  }
}

function openFrame(name: string, { plan, ticket, place }: ParticipantsOptions): HTMLIFrameElement {
  const { media, warmUpSec, holdSec, participants } = plan;
  const order = { name, others: participants - 1, media, warmUpSec, holdSec, limitSec };
  const frame = document.createElement('iframe');
  frame.title = words.compare.progress.frame(name);
  frame.tabIndex = -1;
  frame.src = `/room/${ticket.room.id}#${participantFragment(ticket.joinToken, order)}`;
  place.append(frame);
  return frame;
}

function testimony(
  frame: HTMLIFrameElement,
  name: string,
  { warmUpSec, holdSec }: ComparePlan,
  signal: AbortSignal,
): Promise<Witness> {
  const base = { name, kind: 'tab', cpuPercent: null } as const;
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const settle = (witness: Pick<Witness, 'report' | 'problem'>): void => {
      done.abort();
      clearTimeout(timer);
      resolve({ ...base, ...witness });
    };
    const fail = (reason: string): void =>
      settle({ report: null, problem: failure('harness-fault', `${name}: ${reason}`) });
    const patienceMs = (limitSec + warmUpSec + holdSec) * 1_000 + spareMs;
    const timer = setTimeout(() => fail(words.compare.noReport), patienceMs);
    signal.addEventListener(
      'abort',
      () => {
        done.abort();
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true, signal: done.signal },
    );
    window.addEventListener(
      'message',
      ({ origin, source, data }) => {
        if (origin !== location.origin || source !== frame.contentWindow || !isNews(data)) return;
        const { event } = data;
        if (event.type === 'ended') {
          fail(event.reason);
          return;
        }
        const report = roomReportSchema.safeParse(event.report);
        if (report.success) settle({ report: report.data, problem: null });
        else fail(report.error.issues[0]?.message ?? words.compare.noReport);
      },
      { signal: done.signal },
    );
  });
}

function isNews(data: unknown): data is ParticipantNews {
  return typeof data === 'object' && data !== null && Reflect.get(data, 'kind') === 'polynya-participant';
}
