/** The calls of a lab report in words: what each step of the timeline did to them. */
import type { LabCall, LabCallEvent } from '../contract/lab-call.ts';
import type { LabCell } from '../contract/lab-report.ts';
import { labPathText } from '../contract/lab-words.ts';
import { msText } from './lab-cell-words.ts';
import { marks, type Paint } from './style.ts';
import { wrap } from './wrap.ts';

/** Nothing where the scenario has no call. */
export function callsText(cells: readonly LabCell[], width: number, paint: Paint): string[] {
  return cells.flatMap((cell) =>
    cell.tries.flatMap(({ call }) => {
      if (call === undefined) return [];
      const title = `${paint('bold', `call ${cell.from} → ${cell.to}`)}, ${labPathText(cell)}: ${sumWords(call)}`;
      return [...wrap(title, width), ...call.events.flatMap((event) => eventText(event, width, paint)), ''];
    }),
  );
}

function sumWords({ messagesPerSec, lastedMs, sent, lost, restart }: LabCall): string {
  const [all, missing] = [sent[0] + sent[1], lost[0] + lost[1]];
  const restarts = restart === 'never' ? '' : `, new offer ${restart.replace('-', ' ')}`;
  return `${seconds(lastedMs)}, ${messagesPerSec} messages a second each way${restarts}; ${missing} of ${all} lost or over a second late`;
}

const outcomes: Record<
  LabCallEvent['outcome'],
  { readonly style: keyof typeof marks; readonly words: string }
> = {
  uninterrupted: { style: 'good', words: 'messages went on' },
  recovered: { style: 'limited', words: 'broke off' },
  lost: { style: 'bad', words: 'broke off, and no message was through before the end' },
};

function eventText(event: LabCallEvent, width: number, paint: Paint): string[] {
  const { style, words } = outcomes[event.outcome];
  const details = [
    ...(event.detectMs === null ? [] : [`ICE noticed after ${msText(event.detectMs)}`]),
    ...(event.restartMs === null ? [] : [`new offer after ${msText(event.restartMs)}`]),
    ...(event.recoverMs === null ? [] : [`through again after ${msText(event.recoverMs)}`]),
    `lost until the next step: ${event.lost[0]} of ${event.sent[0]} there, ${event.lost[1]} of ${event.sent[1]} back`,
  ];
  const what = `${seconds(event.atMs)} ${event.do}${event.site === null ? '' : ` ${event.site}`}`;
  const text = `${what}: ${words}; ${details.join(', ')}`;
  const lines = wrap(text, width - 4).map((line, index) =>
    index === 0 ? `  ${paint(style, marks[style])} ${line}` : `    ${line}`,
  );
  if (event.asExpected !== false) return lines;
  const wanted =
    event.recoverWithin === 'never'
      ? 'expected: no message through again'
      : `expected: through again within ${msText(event.recoverWithin ?? 0)}`;
  return [...lines, `    ${paint('bad', wanted)}`];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
