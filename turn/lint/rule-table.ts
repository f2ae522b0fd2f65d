/** All rules, by number; docs/lint-rules.md is made from this table. */
import { appRules } from './app/app-rules.ts';
import type { Rule, RuleText } from './rule.ts';
import { addressRules } from './rules/addresses.ts';
import { authenticationRules } from './rules/authentication.ts';
import { exposureRules } from './rules/exposure.ts';
import { limitRules } from './rules/limits.ts';
import { listenerRules } from './rules/listeners.ts';
import { operationRules } from './rules/operations.ts';
import { peerLineRules } from './rules/peer-lines.ts';
import { peerRules } from './rules/peers.ts';
import { portRules } from './rules/ports.ts';
import { syntaxRules } from './rules/syntax.ts';
import { tlsRules } from './rules/tls.ts';
import { userRules } from './rules/users.ts';

export const ruleTable: readonly Rule[] = [
  ...addressRules,
  ...authenticationRules,
  ...exposureRules,
  ...limitRules,
  ...listenerRules,
  ...operationRules,
  ...peerLineRules,
  ...peerRules,
  ...portRules,
  ...syntaxRules,
  ...tlsRules,
  ...userRules,
].sort((a, b) => a.number - b.number);

/** With those that need the application’s file as well (`--app`). */
export const allRules: readonly RuleText[] = [...ruleTable, ...appRules].sort((a, b) => a.number - b.number);

/** Numbers of the list that no rule has, each with the reason. */
export const notJudged: readonly {
  readonly number: number;
  readonly title: string;
  readonly reason: string;
}[] = [
  {
    number: 24,
    title: 'The realm was changed while user keys are bound to the old one',
    reason: 'A key is a digest that does not show its realm, and the file does not show its past.',
  },
  {
    number: 42,
    title: 'A wide relay range behind a Docker bridge',
    reason: 'How a container is connected stands in its compose file, not in turnserver.conf.',
  },
  {
    number: 73,
    title: 'The file is not the one that is read (no -c, or not found)',
    reason:
      'The command line of the running server decides; the linted file cannot know. A file that is missing ends the linter with status 2.',
  },
  {
    number: 76,
    title: 'Too few open files for the relay range',
    reason: 'The limit belongs to the service unit of the host that runs the server.',
  },
];
