/** `docs/lint-rules.md`, made from the rule table. */

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
    '- `--json` prints one `lint-report` ([schema](../contract/schema/lint-report.v1.json)); the service does not store',
    '  these. `--sarif FILE` writes SARIF 2.1.0 for code scanning.',
    '- `--fix` changes the file in place: only what cannot take anything away that was meant. Comments and the order of',
    '  lines stay, removed lines are put behind a `#`, new ones come at the end. Findings with `fixable` are repaired by it.',
    '- Secrets and passwords never stand in a finding.',
    '',
    'Options by version come from the option tables of the releases 4.5.2 to 4.17.1. A distribution may build without',
    'some of them (Debian’s 4.6.1 knows no `prometheus` and no `mongo-userdb`); the linter does not look into the binary.',
    'Rules 44, 46 and 75 look at the host that the linter runs on and say nothing where they may not.',
    '',
    '| no. | rule | severity | what is wrong | why | fix |',
    '|---|---|---|---|---|---|',
    ...ruleTable.map(
      ({ number, name, severity, title, why, fix }) =>
        `| ${number} | \`${name}\` | ${severity} | ${cell(title)} | ${cell(why)} | ${cell(fix)} |`,
    ),
    '',
    'A single finding may be milder or worse than its rule, and says so.',
    '',
    '## Not judged',
    '',
    '| no. | what | reason |',
    '|---|---|---|',
    ...notJudged.map(({ number, title, reason }) => `| ${number} | ${cell(title)} | ${cell(reason)} |`),
  ];
  return `${lines.join('\n')}\n`;
}

/** `|` would end the cell, `<` would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
