/** Bodies of real reports, no two alike: visits for the most part, as a service gets them. */
import { readFileSync } from 'node:fs';

const shares = { 'visit-good': 6, 'visit-relay-401': 3, 'nat-port-restricted': 1, 'nat-udp-blocked': 1 };
/** So that visits come to more than two shapes. */
const natClasses = ['full-cone', 'restricted-cone', 'port-restricted-cone', 'symmetric', 'inconclusive'];
const timeMark = '@time@';

const templates = Object.entries(shares).flatMap(([name, share]) => {
  const report = JSON.parse(
    readFileSync(new URL(`../../test/web/fixtures/${name}.json`, import.meta.url), 'utf8'),
  );
  const kinds = natClasses.map((legacy) => textOf({ ...report, at: timeMark }, legacy));
  return Array.from({ length: share }, () => kinds).flat();
});

function textOf(report, legacy) {
  const { nat } = report.body;
  if (nat?.nat === undefined) return JSON.stringify(report).split(timeMark);
  const body = { ...report.body, nat: { ...nat, nat: { ...nat.nat, legacy } } };
  return JSON.stringify({ ...report, body }).split(timeMark);
}

/** Characters of a body, on average. */
export const meanCharacters = Math.round(
  templates.reduce((sum, [head, tail]) => sum + head.length + tail.length + 24, 0) / templates.length,
);

let sent = 0;
/** Each a millisecond after the one before: the same report twice would be stored once. */
const firstMs = Date.now() - 3_600_000;

export function nextBody() {
  sent += 1;
  const [head, tail] = templates[(sent * 7) % templates.length];
  return head + new Date(firstMs + sent).toISOString() + tail;
}
