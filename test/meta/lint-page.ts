/** `docs/lint-rules.md`, made from the rule table. */

import { appRules } from '../../turn/lint/app/app-rules.ts';
import type { RuleText } from '../../turn/lint/rule.ts';
import { notJudged, ruleTable } from '../../turn/lint/rule-table.ts';
import { newestKnown } from '../../turn/lint/version.ts';

export function renderLintPage(): string {
  const lines = [
    '# Rules of `polynya turn lint`',
    '',
    `\`polynya turn lint FILE\` judges a turnserver.conf by these ${ruleTable.length} rules, for the version of coturn that \`--for\``,
    `names, else for the installed one (\`turnserver --version\`), else for ${newestKnown}, the newest that it knows. It reads`,
    'the file, its permissions and the certificate that it names; it sends nothing. `--explain RULE` prints a row of',
    'this page, by name or number.',
    '',
    '- Exit codes: 0, no finding of severity high or critical is left · 1, at least one is · 2, wrong usage or a file that',
    '  cannot be read · 3, a result that could not be written.',
    '- `--json` prints one `lint-report` ([schema](../contract/schema/lint-report.v1.json)), `--send URL` stores it in a',
    '  service. `--sarif FILE` writes SARIF 2.1.0 for code scanning.',
    '- `--fix` changes the file in place. It mends lines that coturn reads otherwise than they look, takes dangerous ones',
    '  out (behind a `#`) and closes what stands open by default; it never takes credentials away. Comments and the order',
    '  of lines stay, new lines come at the end. The deny rules that it adds also shut out peers in your own network:',
    '  allow those that you need with `allowed-peer-ip`, which wins. `fixable` marks the findings that it repairs.',
    '- Secrets and passwords never stand in a finding.',
    '',
    'Options by version come from the option tables of the releases 4.5.2 to 4.17.1. A distribution may build without',
    'some of them (Debian’s 4.6.1 knows no `prometheus` and no `mongo-userdb`); the linter does not look into the binary.',
    'Rules 44, 46 and 75 look at the host that the linter runs on and say nothing where they may not.',
    '',
    ...ruleRows(ruleTable),
    '',
    'A single finding may be milder or worse than its rule, and says so.',
    '',
    '## With the application’s file',
    '',
    '`--app FILE` holds the configuration of the application against the server’s: Synapse’s `homeserver.yaml`, Dendrite,',
    'Prosody and Jitsi (`*.cfg.lua`), LiveKit (`rtc.turn_servers`), Nextcloud Talk, or a list of `RTCIceServer`. Nextcloud keeps',
    'its TURN servers in the database: `occ config:app:get spreed turn_servers > talk.json`. Which of them it is, the keys in',
    'the file tell. Findings stand in that file, with line and column; secrets are compared and never shown. `--fix` changes',
    'nothing in it.',
    '',
    ...ruleRows(appRules),
    '',
    '## Not judged',
    '',
    '| no. | what | reason |',
    '|---|---|---|',
    ...notJudged.map(({ number, title, reason }) => `| ${number} | ${cell(title)} | ${cell(reason)} |`),
  ];
  return `${lines.join('\n')}\n`;
}

function ruleRows(rules: readonly RuleText[]): string[] {
  return [
    '| no. | rule | severity | what is wrong | why | fix |',
    '|---|---|---|---|---|---|',
    ...rules.map(
      ({ number, name, severity, title, why, fix }) =>
        `| ${number} | \`${name}\` | ${severity} | ${cell(title)} | ${cell(why)} | ${cell(fix)} |`,
    ),
  ];
}

/** `|` would end the cell, `<` would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
