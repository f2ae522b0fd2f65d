/** `polynya report pair A.json B.json`: will these two connect, and by what path? */
import { Command } from 'commander';
import type { NatReport } from '../contract/envelope.ts';
import { toolName, toolVersion } from '../contract/release.ts';
import { pairEnd } from '../probe/nat/pair-end.ts';
import { type PairPrediction, predictPairOf } from '../probe/nat/predict-pair.ts';
import { columns } from './columns.ts';
import { exitCode } from './exit-code.ts';
import { readNatReport } from './read-report.ts';
import { marks, type Paint, painter } from './style.ts';
import { wrap } from './wrap.ts';

interface PairFlags {
  readonly relayOnly?: boolean;
  readonly json?: boolean;
}

export function pairCommand(): Command {
  return new Command('pair')
    .description('Whether two hosts connect directly, through a relay or not at all, from a report of each.')
    .argument('<a>', 'NAT report of one end')
    .argument('<b>', 'NAT report of the other end')
    .option('--relay-only', 'the application allows relayed candidates only (iceTransportPolicy: relay)')
    .option('--json', 'print the prediction as JSON and nothing else')
    .addHelpText(
      'after',
      '\nExit codes: 0 they connect, directly or through a relay · 1 they do not, or it is not known · 2 wrong usage',
    )
    .action(async (fileA: string, fileB: string, flags: PairFlags) => {
      const a = await readNatReport(fileA, 'paired');
      const b = await readNatReport(fileB, 'paired');
      const relayOnly = flags.relayOnly === true;
      const prediction = predictPairOf(pairEnd(a.body), pairEnd(b.body), { relayOnly });
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
        const ends = [endLine('A', fileA, a), endLine('B', fileB, b)];
        process.stdout.write(pairText(ends, prediction, columns(), painter(process.stdout)));
      }
      process.exitCode = prediction.connects === true ? exitCode.ok : exitCode.fellShort;
    });
}

function endLine(name: string, file: string, { at, body }: NatReport): string {
  const { nat } = body;
  const what = nat.udp === 'open' ? `${nat.mapping} mapping, ${nat.filtering} filtering` : `UDP ${nat.udp}`;
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
  width: number,
  paint: Paint,
): string {
  const { outcome, connects, odds, settledBy } = prediction;
  // A relay that is needed and that nobody has shown to work is no better than not knowing.
  const status = outcome === 'relay' && connects !== true ? 'unknown' : statuses[outcome];
  const hanging = (label: string, text: string) =>
    wrap(text, width - 14).map((line, n) => `  ${(n === 0 ? label : '').padEnd(10)}  ${line}`);
  return [
    ...wrap(`${marks[status]} ${outcome}: ${prediction.reason}`, width).map((line) => paint(status, line)),
    '',
    ...ends.flatMap((end) => wrap(end, width - 5).map((line, n) => `  ${n === 0 ? line : `   ${line}`}`)),
    ...prediction.dependsOn.flatMap((text) => hanging('depends on', text)),
    ...(odds === null
      ? []
      : hanging('odds', `about ${Math.round(odds.direct * 100)} % direct (${odds.basis})`)),
    ...(settledBy === null ? [] : hanging('to settle', settledBy)),
    ...prediction.notes.flatMap((note) => hanging('note', note)),
    '',
  ].join('\n');
}
