import { showCode } from '../../../contract/report-code.ts';
import { formatCount } from '../format/measure.ts';

const steps: Readonly<Record<string, string>> = {
  browser: 'Browser',
  service: 'Service',
  gather: 'Servers',
  nat: 'NAT',
  direct: 'Direct',
  relay: 'Relay',
  verdict: 'Verdict',
};

export const linksWords = {
  links: {
    title: 'Links',
    hint: 'Send one to a visitor: it opens the Check page, with the servers and the consent text that you choose.',
    add: 'Make a link',
    listTitle: 'Links made',
    none: 'No links yet',
    noneText:
      'Make a link and send it to somebody whose connection does not work. Their report arrives here.',
    columns: {
      label: 'For',
      state: 'State',
      expires: 'Expires',
      visits: 'Reports',
      last: 'Last report',
      actions: 'Actions',
    },
    states: { active: 'Active', expired: 'Expired', revoked: 'Withdrawn' },
    visits: (count: number) => formatCount(count),
    visitsOf: (count: number, label: string) =>
      `${formatCount(count)} by the link for ${label}: open the reports`,
    never: 'none',
    revoke: 'Withdraw',
    revokeOf: (label: string) => `Withdraw the link for ${label}`,
    revokeTitle: 'Withdraw this link?',
    revokeText: (label: string) =>
      `The link for “${label}” stops working at once. Its reports stay. This cannot be undone.`,
    revokeSure: 'Withdraw link',
  },
  linkForm: {
    title: 'Make a link',
    label: 'For whom or what',
    labelHint: 'A name or a ticket number, for your own lists. The visitor does not see it.',
    lifetime: 'Good for',
    lifetimes: [
      { value: '1', label: '1 hour' },
      { value: '24', label: '1 day' },
      { value: '72', label: '3 days' },
      { value: '168', label: '7 days' },
      { value: '720', label: '30 days' },
    ],
    servers: 'Servers to try',
    allServers: 'All that are enabled',
    someServers: 'Only these',
    noServer: 'Choose at least one server.',
    passwordWarning: (labels: readonly string[]) =>
      `Whoever has the link can read the fixed password of ${labels.join(', ')}. With a shared secret they get one that runs out.`,
    consent: 'Consent text',
    consentHint: 'What the visitor agrees to before anything is sent, besides what the page says anyway.',
    contact: 'Contact',
    contactHint: 'Whom the visitor can ask, e.g. a telephone number.',
    submit: 'Make link',
    failed: 'The link was not made',
    noLabel: 'Say whom or what it is for.',
  },
  linkMade: {
    title: 'Send this link',
    text: 'It is shown this once; the service keeps only a hash of it. Whoever has it can run the check.',
    copy: 'Copy link',
  },
  findCode: {
    title: 'A visitor reads out a code',
    label: 'Code of the report',
    hint: '6 signs, e.g. K7M-4QX; small letters, spaces and dashes do not matter.',
    submit: 'Open report',
    notFound: (code: string) => `No report has the code ${code}.`,
    notACode: 'A code has 6 signs: the digits 3 4 6 7 8 9 and the letters C D F H J K M N P Q R T V W X Y.',
  },
  visitsNow: {
    title: 'Checks under way',
    hint: 'Visitors by your links, as they check.',
    by: (label: string) => `By the link for ${label}`,
    step: (step: string) => steps[step] ?? step,
    statuses: {
      running: 'running',
      ok: 'OK',
      warned: 'partly',
      failed: 'failed',
      skipped: 'skipped',
    },
    open: 'Open the report',
    unknownLink: 'a link',
  },
  code: (code: string) => `Code ${showCode(code)}`,
} as const;
