/** Colour where the terminal takes it; NO_COLOR and pipes are respected. Colour never stands alone: words come with it. */
import { styleText } from 'node:util';

export type Style = 'good' | 'limited' | 'bad' | 'unknown' | 'dim' | 'bold';

const formats = {
  good: 'green',
  limited: 'yellow',
  bad: 'red',
  unknown: 'cyan',
  dim: 'dim',
  bold: 'bold',
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>;

export type Paint = (style: Style, text: string) => string;

export function painter(stream: NodeJS.WriteStream): Paint {
  const enabled = stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return (style, text) => (enabled ? styleText(formats[style], text, { validateStream: false }) : text);
}

export const marks = { good: '✔', limited: '▲', bad: '✖', unknown: '?' } as const;
