/** `docs/turn-checks.md`, made from the table of checks. */
import { catalog } from '../../turn/check/catalog.ts';
import { groups } from '../../turn/check/check.ts';
import { fixFor } from '../../turn/check/fix.ts';
import { notListed } from '../../turn/check/not-listed.ts';

const anyCoturn = { family: 'coturn', version: null } as const;

export function renderTurnCheckPage(): string {
  const lines = [
    '# Checks of `polynya turn check`',
    '',
    `\`polynya turn check URI\` runs these ${catalog.length} checks against a TURN server, from outside. Each has a stable id; \`--only X,A01\``,
    'chooses groups and single checks, `--plan` prints what would be sent and sends nothing.',
    '',
    '- **What goes out.** By default at most 300 packets (more where packets get lost), all to the server and between our',
    '  own sockets; `--quality`, `--active` and `--destructive` add thousands. Whether the server would send to forbidden',
    '  peers is asked with CreatePermission and ChannelBind, which send nothing to the peer. Check servers that you run, or',
    '  may test.',
    '- **Silence** counts only beside a request that was answered at the same time from the same socket; requests are',
    '  repeated as RFC 8489 §6.2.1 says. What could not be measured is `skipped`, with the reason.',
    '- **Time.** At a round trip of 50 ms 8 s with one URI and 11 s with three, TLS among them; 5 s where the network takes',
    '  no time. Measured against coturn 4.6.1 in namespaces with delayed packets, on two busy processors.',
    '- **Proof.** [turn-60.md](turn-60.md): broken servers, each with the finding and the fix that it got. Sound servers of',
    '  three makes (`polynya turn serve`, coturn 4.6.1, ejabberd 23.01) have no failure that their settings could mend.',
    '- **Severity** is how bad a failure is. `warned`: allowed or harmless by itself, but it costs something.',
    '- **Fixes** are for coturn by version, else in general words. The version comes from behaviour, not from SOFTWARE.',
    '- Exit codes: 0, nothing failed · 1, a check failed or the server does not answer · 2, wrong usage · 3, could not run.',
    '- `--json` prints one `turn-report` ([schema](../contract/schema/turn-report.v1.json)). Passwords and secrets never',
    '  stand in it.',
    '',
  ];
  for (const [letter, name] of Object.entries(groups)) {
    const rows = catalog.filter(({ id }) => id.startsWith(letter));
    if (rows.length === 0) continue;
    lines.push(
      `## ${letter}: ${name}`,
      '',
      '| id | check | severity | sent | expected | RFC | fix |',
      '|---|---|---|---|---|---|---|',
      ...rows.map(
        ({ id, title, severity, risk, sent, expected, rfc, fix }) =>
          `| ${id} | ${cell(title)}${risk === undefined ? '' : ` (\`--${risk}\`)`} | ${severity} | ${cell(sent)} | ${cell(expected)} | ${rfc ?? ''} | ${fix === null ? '' : cell(fixFor(fix, anyCoturn))} |`,
      ),
      '',
    );
  }
  lines.push(
    '## Not checked',
    '',
    '| id | what | reason |',
    '|---|---|---|',
    ...notListed.map(({ id, title, reason }) => `| ${id} | ${cell(title)} | ${cell(reason)} |`),
  );
  return `${lines.join('\n')}\n`;
}

/** `|` would end the cell, `<` would begin a tag, a line break ends the row. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' · ');
}
