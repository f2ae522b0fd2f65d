/** Entry of the public Status page: the state of what the operator shows, and 90 days of it. No framework, no sign-in. */
import '../check/check.css';
import '../check/verdict-and-steps.css';
import '../check/details.css';
import '../check/narrow-and-still.css';
import './status.css';
import type { PublicStatus } from '../../contract/fleet/monitor.ts';
import { byId, element } from '../check/dom.ts';
import { pageIsUp } from '../check/page-is-up.ts';
import { request } from '../check/service-api.ts';
import { legend, messageCard, monitorCard, overallCard, overallOf } from './status-view.ts';
import { formatMoment, speakStatus } from './status-words.ts';

const refreshMs = 60_000;

const asked = new URLSearchParams(location.search);
const spoken = speakStatus([asked.get('lang') ?? [], navigator.languages].flat());
const { words } = spoken;
/** What the headline said last, so that only changes are announced. */
let told: string | null = null;
/** When what is shown was true; null: nothing is shown yet. */
let shownAt: string | null = null;

/** `off`: the service answers that it has no such page. */
async function fetchStatus(): Promise<PublicStatus | 'off' | 'unreachable'> {
  try {
    const { status, body } = await request(new URL('/api/status', location.href));
    if (status === 404) return 'off';
    const isStatus = typeof body === 'object' && body !== null && 'monitors' in body && 'at' in body;
    return status === 200 && isStatus ? (body as PublicStatus) : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

async function show(): Promise<void> {
  const status = await fetchStatus();
  if (status === 'unreachable') {
    // What stands there is still true as of its time, which has to be said where it is seen first.
    const text = shownAt === null ? [] : [words.stale(formatMoment(shownAt, spoken))];
    const sentences = [...text, words.tryingAgain].join(' ');
    byId('away').replaceChildren(messageCard('unknown', 'unknown', words.unreachable, sentences));
    announce(words.unreachable);
    return;
  }
  byId('away').replaceChildren();
  if (status === 'off') {
    byId('overall').replaceChildren(messageCard('unknown', 'unknown', words.off, words.offText));
    byId('monitors').replaceChildren();
    return;
  }
  shownAt = status.at;
  const state = overallOf(status);
  byId('overall').replaceChildren(overallCard(state, spoken));
  const cards = status.monitors.map((monitor) => monitorCard(monitor, status.at, spoken));
  byId('monitors').replaceChildren(...cards, ...(cards.length === 0 ? [] : [legend(spoken)]));
  byId('updated').replaceChildren(
    element('time', { datetime: status.at }, words.updated(formatMoment(status.at, spoken))),
  );
  announce(state === null ? words.none : words.overall[state]);
}

function announce(sentence: string): void {
  if (told !== null && told !== sentence) byId('changed').textContent = sentence;
  told = sentence;
}

document.documentElement.lang = spoken.language;
document.title = words.pageTitle;
byId('title').textContent = words.title;
pageIsUp();
await show();
setInterval(() => {
  if (document.visibilityState === 'visible') void show();
}, refreshMs);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void show();
});
