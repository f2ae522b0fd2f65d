/** Reports that pages and commands are tested with, each a whole envelope in web/fixtures/. */
import { readFileSync } from 'node:fs';
import { type Envelope, parseEnvelope } from '../contract/envelope.ts';

export type FixtureName =
  | 'nat-port-restricted'
  | 'nat-udp-blocked'
  | 'visit-good'
  | 'visit-relay-401'
  | 'turn-coturn-default'
  | 'turn-coturn-tls'
  | 'lint-debian';
export const fixtureNames: readonly FixtureName[] = [
  'nat-port-restricted',
  'nat-udp-blocked',
  'visit-good',
  'visit-relay-401',
  'turn-coturn-default',
  'turn-coturn-tls',
  'lint-debian',
];

export function readFixture(name: FixtureName): Envelope {
  const text = readFileSync(new URL(`./web/fixtures/${name}.json`, import.meta.url), 'utf8');
  const parsed = parseEnvelope(JSON.parse(text));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.failure.message}`);
  return parsed.envelope;
}
