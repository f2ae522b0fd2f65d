/** The short code of a visitor’s report, made to be read over the telephone. No schema library: the Check page shows it. */

/**
 * No vowels, so that no words come out; of the signs that are misread for each other (0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B)
 * at most one is in it.
 */
export const codeAlphabet = '346789CDFHJKMNPQRTVWXY';
export const codeLength = 6;
/** While the store is away nobody can say whether a code is taken; one of so many is not. */
export const longCodeLength = 8;
export const codePattern = new RegExp(
  `^(?:[${codeAlphabet}]{${codeLength}}|[${codeAlphabet}]{${longCodeLength}})$`,
);

/** `k7m-4qx` → `K7M4QX`; null: cannot be a code. */
export function readCode(text: string): string | null {
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  return codePattern.test(code) ? code : null;
}

/** `K7M4QX` → `K7M-4QX`. */
export function showCode(code: string): string {
  return `${code.slice(0, code.length / 2)}-${code.slice(code.length / 2)}`;
}
