/** A plan as the text of a turnserver.conf. */
import type { ConfPlan, Purpose } from './conf-plan.ts';
import { clientUris, confSections } from './conf-rows.ts';

const purposeWords: Readonly<Record<Purpose, string>> = {
  sfu: 'clients relay to the named media servers only',
  p2p: 'clients relay to each other and to anybody on the Internet',
  443: 'all transports on port 443, for clients in strict networks',
};

export function writeConf(plan: ConfPlan): string {
  const head = [
    `# turnserver.conf for coturn ${plan.version.text}: ${purposeWords[plan.purpose]}.`,
    '# A comment needs a line of its own: coturn reads what follows a value as part of it.',
    '#',
    '# For clients, with the name of the certificate in place of the address where there is TLS:',
    ...clientUris(plan).map((uri) => `#   ${uri}`),
  ];
  const sections = confSections.map(({ title, rows }) => [
    '',
    `# – ${title} –`,
    ...rows.flatMap((row) => {
      const lines = row.lines(plan);
      return lines.length === 0 ? [] : [`# ${row.why}`, ...lines];
    }),
  ]);
  return `${[...head, ...sections.flat()].join('\n')}\n`;
}
