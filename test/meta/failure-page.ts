/** `docs/failures.md`, made from the catalogue. */
import { blames, failureCatalogue, failureCodes } from '../../contract/failures.ts';

const blameMeaning: Readonly<Record<(typeof blames)[number], string>> = {
  local: 'This host: its addresses, its firewall, its installed programs.',
  network: 'What lies between: name service, routing, firewalls, NATs.',
  server: 'The STUN or TURN server, or what stands in front of it.',
  peer: 'The other end of a connection.',
  tool: 'The command, the request or Polynya itself; it says nothing about the network.',
};

export function renderFailurePage(): string {
  const lines = [
    '# Failures',
    '',
    'Every failure that Polynya reports has a stable code, somebody to blame and a next step. The codes stand in',
    'reports (`failure.code`), in API errors (`error.code`) and in the text output; scripts may rely on them.',
    'This page is made from `contract/failures.ts` by `npm run docs:failures`.',
    '',
    '| blame | who that is |',
    '|---|---|',
    ...blames.map((blame) => `| ${blame} | ${blameMeaning[blame]} |`),
    '',
    `## The ${failureCodes.length} codes`,
    '',
    '| code | blame | meaning | what to do next |',
    '|---|---|---|---|',
    ...failureCodes.map((code) => {
      const { blame, meaning, next } = failureCatalogue[code];
      return `| \`${code}\` | ${blame} | ${cell(meaning)} | ${cell(next)} |`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** `|` would end the cell, `<` would begin a tag. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
