/** What gives a secret away by its form, whoever made it: for those that no test and no recorder knows. Pure data. */

/** What stands where a secret was: the bullet of our own redaction (its first byte, as text is read here), `***`, `<…>`. */
const unreadable = '\u00e2*<';

export const secretPatterns = [
  { name: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
  { name: 'a key of the service or of an agent', pattern: /\bp[kae]_[\w.-]{30,}/g },
  {
    name: 'an Authorization header',
    pattern: /authorization["']?\s*[:=]\s*["']?(?:bearer|basic) [\w+/.~=-]{8,}/gi,
  },
  { name: 'a cookie of the service', pattern: /\bpolynya_(?:session|sign_in)=[\w.%-]{8,}/g },
  { name: 'a JSON Web Token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g },
  { name: 'a seed of NATS', pattern: /\bS[ACNOUX][A-Z2-7]{56}\b/g },
  { name: 'the password in a URL', pattern: new RegExp(`://[^\\s/@:"']*:[^\\s/@"'${unreadable}]{3,}@`, 'g') },
  {
    name: 'a secret in a query',
    pattern: new RegExp(
      `[?&](?:token|code|state|key|secret|credential|password|id_token)=[^&\\s"'${unreadable}]{8,}`,
      'g',
    ),
  },
  {
    name: 'a secret in JSON',
    pattern: new RegExp(
      `"(?:password|credential|\\w*[sS]ecret|\\w*[tT]oken|apiKey)\\\\?":\\s*\\\\?"[^"\\\\${unreadable}]{8,}`,
      'g',
    ),
  },
  { name: 'the password of an ICE session', pattern: /a=ice-pwd:[\w+/]{22,}/g },
];
