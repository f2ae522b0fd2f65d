/** Subjects as NATS has them. Pure. */

/** Does the subject fit the pattern? `*`: one token, `>` at the end: one or more. */
export function fitsSubject(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return tokens.length > index;
    if (tokens[index] === undefined || (token !== '*' && token !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}
