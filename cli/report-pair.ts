/** `polynya report pair A.json B.json`: will these two connect, and by what path? */
import { Command } from 'commander';
import type { NatReport } from '../contract/envelope.ts';
import { toolName, toolVersion } from '../contract/release.ts';
import { pairEnd } from '../probe/nat/pair-end.ts';
import { type PairPrediction, predictPairOf } from '../probe/nat/predict-pair.ts';
import type { Language } from '../probe/report/words/languages.ts';
import { pairWordsOf } from '../probe/report/words/pairs/pair-languages.ts';
import type { PairWords } from '../probe/report/words/pairs/pair-words.ts';
import { columns } from './columns.ts';
import { exitCode } from './exit-code.ts';
import { languageOption } from './language.ts';
import { readNatReport } from './read-report.ts';
import { marks, type Paint, painter } from './style.ts';
import { columnsOf, wrap } from './wrap.ts';

interface PairFlags {
  readonly relayOnly?: boolean;
  readonly language: Language;
  readonly json?: boolean;
}

export function pairCommand(): Command {
  return new Command('pair')
    .description('Whether two hosts connect directly, through a relay or not at all, from a report of each.')
    .argument('<a>', 'NAT report of one end')
    .argument('<b>', 'NAT report of the other end')
    .option('--relay-only', 'the application allows relayed candidates only (iceTransportPolicy: relay)')
    .addOption(languageOption())
    .option('--json', 'print the prediction as JSON and nothing else')
    .addHelpText(
      'after',
      '\nExit codes: 0 they connect, directly or through a relay · 1 they do not, or it is not known · 2 wrong usage',
    )
    .action(async (fileA: string, fileB: string, flags: PairFlags) => {
      const a = await readNatReport(fileA, 'paired');
      const b = await readNatReport(fileB, 'paired');
      const relayOnly = flags.relayOnly === true;
      const words = flags.json ? pairWordsOf.en : pairWordsOf[flags.language];
      const prediction = predictPairOf(pairEnd(a.body), pairEnd(b.body), { relayOnly, words });
      if (flags.json) {
        const document = {
          kind: 'pair-prediction',
          version: 1,
          tool: { name: toolName, version: toolVersion },
          a: { file: fileA, at: a.at },
          b: { file: fileB, at: b.at },
          relayOnly,
          ...prediction,
        };
        process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      } else {
        const { labels } = words;
        const ends = [endLine('A', fileA, a, labels), endLine('B', fileB, b, labels)];
        process.stdout.write(pairText(ends, prediction, labels, columns(), painter(process.stdout)));
      }
      process.exitCode = prediction.connects === true ? exitCode.ok : exitCode.fellShort;
    });
}

type Labels = PairWords['labels'];

function endLine(name: string, file: string, { at, body }: NatReport, labels: Labels): string {
  const { nat } = body;
  const what = nat.udp === 'open' ? labels.behaves(nat.mapping, nat.filtering) : labels.udp[nat.udp];
  return `${name}  ${file}, ${at.slice(0, 16).replace('T', ' ')}: ${what}`;
}

const statuses = {
  direct: 'good',
  relay: 'limited',
  depends: 'unknown',
  fail: 'bad',
  unknown: 'unknown',
} as const satisfies Record<PairPrediction['outcome'], keyof typeof marks>;

export function pairText(
  ends: readonly string[],
  prediction: PairPrediction,
  labels: Labels,
  width: number,
  paint: Paint,
): string {
  const { outcome, connects, odds, settledBy } = prediction;
  // A relay that is needed and that nobody has shown to work is no better than not knowing.
  const status = outcome === 'relay' && connects !== true ? 'unknown' : statuses[outcome];
  const titles = [labels.dependsOn, labels.odds, labels.settledBy, labels.note];
  const titleWidth = Math.max(...titles.map(columnsOf));
  const hanging = (title: string, text: string) =>
    wrap(text, width - titleWidth - 4).map((line, n) => {
      const label = n === 0 ? title : '';
      return `  ${label}${' '.repeat(titleWidth - columnsOf(label))}  ${line}`;
    });
  const chance =
    odds === null ? [] : hanging(labels.odds, labels.about(Math.round(odds.direct * 100), odds.basis));
  const verdict = `${marks[status]} ${labels.outcomes[outcome]}: ${prediction.reason}`;
  return [
    ...wrap(verdict, width).map((line) => paint(status, line)),
    '',
    ...ends.flatMap((end) => wrap(end, width - 5).map((line, n) => `  ${n === 0 ? line : `   ${line}`}`)),
    ...prediction.dependsOn.flatMap((text) => hanging(labels.dependsOn, text)),
    ...chance,
    ...(settledBy === null ? [] : hanging(labels.settledBy, settledBy)),
    ...prediction.notes.flatMap((note) => hanging(labels.note, note)),
    '',
  ].join('\n');
}
