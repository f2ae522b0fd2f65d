/** The packet timeline and the way from evidence to verdict, for a terminal of 60 columns or more. */
import type { ExplainedTest, ExplainedVerdict, Explanation } from '../probe/report/explain.ts';
import type { PacketKind, PacketLine } from '../probe/report/packet-line.ts';
import type { Paint, Style } from './style.ts';
import { verdictText } from './verdict-text.ts';
import { wrap } from './wrap.ts';

const signs: Record<PacketKind, string> = {
  out: '→',
  in: '←',
  silence: '∅',
  broken: '✖',
  open: '…',
  note: '!',
};
const styles: Partial<Record<PacketKind, Style>> = {
  in: 'good',
  silence: 'limited',
  broken: 'bad',
  open: 'unknown',
  note: 'unknown',
};

const legend =
  'ms since the start of the run · evidence id · → asked, ← answered, ∅ silence, ✖ broken, ! odd';

/** Wraps text after a head, with the following lines under the first. */
function hanging(head: string, text: string, width: number): string[] {
  const indent = ' '.repeat(head.length);
  return wrap(text, Math.max(20, width - head.length)).map((line, n) => `${n === 0 ? head : indent}${line}`);
}

export function explanationText(explanation: Explanation, width: number, paint: Paint): string {
  const packets = explanation.tests.flatMap((test) => test.packets);
  const idWidth = Math.max(2, ...packets.map((line) => line.evidence.length));
  // IPv4 with port takes 21 columns; where IPv6 needs more, its own line gives way instead of all of them.
  const peerWidth = Math.min(21, Math.max(0, ...packets.map((line) => line.peer?.length ?? 0)));
  const lines = [
    paint('bold', 'Packet by packet'),
    ...wrap(legend, width - 2).map((l) => paint('dim', `  ${l}`)),
  ];
  for (const test of explanation.tests)
    lines.push('', ...testLines(test, { idWidth, peerWidth, width, paint }));
  lines.push('', paint('bold', 'From evidence to verdict'));
  for (const verdict of explanation.verdicts) lines.push(...verdictLines(verdict, width, paint));
  return [...lines, ''].join('\n');
}

interface Columns {
  readonly idWidth: number;
  readonly peerWidth: number;
  readonly width: number;
  readonly paint: Paint;
}

function testLines(test: ExplainedTest, columns: Columns): string[] {
  const { width, paint } = columns;
  const from = test.local === null ? '' : `, from ${test.local}`;
  const [first = '', ...rest] = wrap(`${test.name}  ${test.aim}${from}`, width - 2);
  return [
    `  ${paint('bold', first)}`,
    ...rest.map((line) => `    ${paint('bold', line)}`),
    ...test.packets.flatMap((line) => packetText(line, columns)),
    ...test.conclusions.flatMap((text) => hanging('  = ', text, width)),
  ];
}

function packetText(line: PacketLine, { idWidth, peerWidth, width, paint }: Columns): string[] {
  const time = (line.atMs === null ? '–' : line.atMs.toFixed(1)).padStart(9);
  const peer = (line.peer ?? '').padEnd(peerWidth);
  const head = `${time}  ${line.evidence.padEnd(idWidth)}  ${signs[line.kind]} ${peer}  `;
  const style = styles[line.kind];
  return hanging(head, line.text, width).map((text) => (style === undefined ? text : paint(style, text)));
}

function verdictLines(verdict: ExplainedVerdict, width: number, paint: Paint): string[] {
  const sure = verdict.confidence === 0 ? '' : ` (${Math.floor(verdict.confidence * 100)} %)`;
  const [first = '', ...rest] = hanging(`  ${verdict.name} = `, `${verdictText(verdict)}${sure}`, width);
  const facts: [string, string][] = [
    ['rule', verdict.rule ?? ''],
    ['found', verdict.reason],
    ['means', verdict.finding?.user ?? ''],
    ['setting', verdict.finding?.admin ?? ''],
    ['possible', verdict.possible.join(', ')],
    ['evidence', verdict.evidence],
    ['id', verdict.finding?.id ?? ''],
  ];
  if (verdict.judgedNow !== undefined) {
    facts.push([
      'now',
      `this release reads the same evidence as ${verdictText({ name: verdict.name, value: verdict.judgedNow })}`,
    ]);
  }
  return [
    paint('bold', first),
    ...rest,
    ...facts
      .filter(([, text]) => text !== '')
      .flatMap(([label, text]) => hanging(`    ← ${label.padEnd(8)}  `, text, width)),
  ];
}
