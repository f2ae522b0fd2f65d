/** The secrets that the tests use, read from their source: whatever is given to a name that says it is one. Pure. */
import { leastLength } from './secret-index.mjs';

const given =
  /\b(\w*(?:password|secret|credential|token|apikey|passphrase))['"]?\s*[:=]\s*(['"`])((?:\\.|(?!\2)[^\\\n])+)\2/gi;

/**
 * @param file named in front of each
 * @param source TypeScript or JavaScript
 * @returns {{name: string, value: string}[]}
 */
export function secretsIn(file, source) {
  return [...source.matchAll(given)]
    .map(([, name, , text]) => ({ name: `${name} of ${file}`, value: text.replaceAll(/\\(.)/g, '$1') }))
    .filter(({ value }) => !value.includes('${') && !/^https?:|^\/|\.$/.test(value));
}

/** Whether it is found only where somebody wrote it: neither too short, nor a word of plain language or two. */
export function isDistinctive(value) {
  if (value.length < leastLength || /^(.)\1*$/.test(value)) return false;
  return value.length >= 16 || !/^[A-Za-z]+( [a-z]+)*$/.test(value);
}
