/** `polynya compare`: what it takes. What it does is in run-compare.ts. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ComparePath, comparePaths } from '../contract/compare-path.ts';
import type { CompareFlags } from './run-compare.ts';

const examples = `
Examples:
  polynya compare
  polynya compare -n 6 --paths mesh,sfu,relay-udp --repeats 5
  polynya compare -n 12 --bots 10 --hold 10 --json
  polynya compare --firefox 1 --out comparison.json --send http://127.0.0.1:7478

Paths: ${comparePaths.join(', ')}.

Starts a service, our TURN server and, where it is installed, Janus, all on this machine and only for this run; then
participants without windows, each a browser of its own, that join one room and send a drawing and a tone. The room
takes every path in turn. At least one participant is Chromium: bots count packets, and cannot decode pictures.

Exit codes: 0 every path connected everybody · 1 one fell short, or could not be tried · 2 wrong usage · 3 could not run`;

export function compareCommand(): Command {
  const compare = new Command('compare')
    .description('Compare mesh, SFUs, audio mixer and relays with the same participants and the same media.')
    .option('-n, --n <number>', 'participants', wholeNumber(2, 50), 4)
    .option('--paths <list>', 'paths, with commas between (else all that this machine can)', readPaths)
    .option('--repeats <number>', 'how often each path is tried', wholeNumber(1, 20), 3)
    .option('--firefox <number>', 'so many of the participants are Firefox', wholeNumber(0, 49), 0)
    .option('--bots <number>', 'so many are bots of the native library, for density', wholeNumber(0, 49), 0)
    .addOption(
      new Option('--size <pixels>', 'picture, WIDTHxHEIGHT')
        .argParser(readSize)
        .default({ widthPx: 320, heightPx: 180 }, '320x180'),
    )
    .option('--fps <number>', 'pictures per second', wholeNumber(1, 60), 15)
    .option('--kbps <number>', 'most that a video encoder may produce', wholeNumber(30, 8_000), 300)
    .option('--no-audio', 'send no tone')
    .option(
      '--warm-up <seconds>',
      'from the moment when all are seen until rates are measured',
      seconds(0, 60),
      1,
    )
    .option('--hold <seconds>', 'how long rates are measured', seconds(1, 300), 2)
    .option(
      '--limit <seconds>',
      'who is not seen so long after a path began is not waited for',
      seconds(1, 300),
      15,
    )
    .option('--service <url>', 'a service that runs already, with its TURN servers and SFUs', serviceUrl)
    .option('--json', 'print the report as JSON and nothing else')
    .option('--out <file>', 'write the report as JSON to a file')
    .option('--send <url>', 'store the report in a Polynya service')
    .addHelpText('after', examples)
    .action(async (flags: CompareFlags) => {
      const { runCompare } = await import('./run-compare.ts');
      process.exitCode = await runCompare(flags);
    });
  compare.command('reap <mark> <folder>', { hidden: true }).action(async (mark: string, folder: string) => {
    const { reapAtEndOfInput } = await import('./compare/reaper.ts');
    await reapAtEndOfInput(mark, folder);
  });
  compare.command('bots', { hidden: true }).action(async () => {
    const { runBots } = await import('./compare/run-bots.ts');
    await runBots();
  });
  return compare;
}

function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`A whole number from ${lowest} to ${highest}.`);
  };
}

function seconds(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Seconds, from ${lowest} to ${highest}.`);
  };
}

function readSize(text: string): { widthPx: number; heightPx: number } {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text) ?? [];
  const size = { widthPx: Number(width), heightPx: Number(height) };
  const fits = size.widthPx >= 80 && size.widthPx <= 1920 && size.heightPx >= 48 && size.heightPx <= 1088;
  if (fits) return size;
  throw new InvalidArgumentError('Write e.g. 640x360; at most 1920x1088.');
}

function readPaths(text: string): ComparePath[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !comparePaths.some((path) => path === name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`${unknown} is none. Paths: ${comparePaths.join(', ')}.`);
  }
  return comparePaths.filter((path) => names.includes(path));
}

function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError('Write e.g. http://127.0.0.1:7478.');
}
