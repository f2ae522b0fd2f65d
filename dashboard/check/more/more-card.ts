/** Tests that the visitor may add after the verdict. Each says what it found; none becomes part of the report. */
import { element } from '../dom.ts';
import { mark } from '../mark.ts';
import type { CheckTarget } from '../run-check.ts';
import { words } from '../words/language.ts';
import { ms } from '../words/milliseconds.ts';
import { measureQuality, type QualityRun } from './measure-quality.ts';
import { suitedFor } from './quality-figures.ts';
import { type DeviceFinding, tryDevice } from './try-devices.ts';
import { type ReconnectFinding, watchReconnect } from './watch-reconnect.ts';

/** Below this a microphone that is open gives nothing but its own noise. */
const silence = 0.01;

export function moreCard(target: CheckTarget, announce: (text: string) => void): HTMLElement {
  const { more } = words();
  return element(
    'section',
    { class: 'more' },
    element('h2', {}, more.title),
    test('quality', more.quality, announce, async () => [await qualityText(target)]),
    test('devices', more.devices, announce, async () => [
      deviceText(await tryDevice('audio')),
      deviceText(await tryDevice('video')),
    ]),
    test('reconnect', more.reconnect, announce, async (tell) => [
      reconnectText(await watchReconnect(target, () => tell(more.changeNow))),
    ]),
  );
}

type Line = readonly ['ok' | 'warned' | 'failed', string];

function test(
  id: string,
  label: string,
  announce: (text: string) => void,
  run: (tell: (text: string) => void) => Promise<readonly Line[]>,
): HTMLElement {
  const place = element('div', { class: 'more-result', id: `more-${id}` });
  const button = element('button', { type: 'button', id: `start-${id}` }, label);
  button.addEventListener('click', async () => {
    if (button.hasAttribute('aria-disabled')) return;
    button.setAttribute('aria-disabled', 'true');
    place.replaceChildren(words().more.running);
    const lines = await run((text) => {
      place.replaceChildren(text);
      announce(text);
    });
    place.replaceChildren(...lines.map(([status, text]) => element('p', {}, mark(status, text))));
    announce(lines.map(([, text]) => text).join(' '));
    button.removeAttribute('aria-disabled');
  });
  return element('div', { class: 'more-test' }, button, place);
}

async function qualityText(target: CheckTarget): Promise<Line> {
  const { more } = words();
  let run: QualityRun;
  try {
    run = await measureQuality(target);
  } catch {
    return ['failed', more.noConnection];
  }
  const { figures, path } = run;
  const use = suitedFor(figures);
  if (use === null || figures.rttMs === null || figures.jitterMs === null || figures.lossRate === null) {
    return ['failed', more.noConnection];
  }
  const said = [
    more.uses[use],
    path === null ? '' : more.paths[path],
    more.delay(ms(figures.rttMs), ms(figures.jitterMs)),
    more.loss(Math.round(figures.lossRate * 1_000) / 10),
    figures.kbitPerSec === null ? '' : more.throughput(megabit(figures.kbitPerSec), figures.capped),
  ];
  const status = use === 'video' ? 'ok' : use === 'audio' ? 'warned' : 'failed';
  return [status, said.filter((part) => part !== '').join(' ')];
}

function megabit(kbitPerSec: number): string {
  return (kbitPerSec / 1_000).toFixed(1);
}

function reconnectText(finding: ReconnectFinding): Line {
  const { more } = words();
  if (finding.outcome === 'no-connection') return ['failed', more.noConnection];
  if (finding.outcome === 'lost') return ['failed', more.gaps.lost];
  if (finding.outcome === 'undisturbed') return ['warned', more.gaps.undisturbed];
  return ['ok', more.gaps.reconnected(ms(finding.gapMs))];
}

function deviceText({ kind, label, problem, level, size }: DeviceFinding): Line {
  const { more } = words();
  const name = more.kinds[kind];
  if (problem !== null) return ['failed', `${name}: ${more.problems[problem]}`];
  if (kind === 'audio') {
    const heard = level !== null && level > silence;
    return [heard ? 'ok' : 'warned', `${name} (${label}): ${heard ? more.heard : more.silent}`];
  }
  if (size === null) return ['warned', `${name} (${label}): ${more.dark}`];
  return ['ok', `${name} (${label}): ${more.picture(size.width, size.height)}`];
}
