/** Begins with a capital, unless the first word is no plain word (an address, a URI, a code). */
export function asSentence(text: string): string {
  return /^[a-z][a-z-]*[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
