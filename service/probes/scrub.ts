import { keyPattern } from '../../contract/access/keys.ts';

/**
 * Takes known secrets out of a text that is about to be logged, as they are and as they stand in URLs and JSON; and API keys,
 * whosever they are.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      // As a form writes it (`+` for a blank).
      new URLSearchParams([['', secret]]).toString().slice(1),
      JSON.stringify(secret).slice(1, -1),
    ])
    // Longest first, so that no remainder of a longer one is left.
    .sort((a, b) => b.length - a.length);
  return forms.reduce((clean, form) => clean.replaceAll(form, '•••'), text.replace(keyPattern, '•••'));
}
