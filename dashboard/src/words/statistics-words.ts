import { formatCount } from '../format/measure.ts';

export const statisticsWords = {
  statistics: {
    title: 'Statistics',
    hint: 'How often visitors connect, over what, from behind which NAT, and what stops the others.',
    filters: {
      title: 'Visits to count',
      range: 'Time range',
      bucket: 'One point per',
      link: 'Link',
      path: 'Path',
      nat: 'NAT class',
      server: 'Server',
    },
    byPath: 'Success by path',
    byPathHint: (visits: number) =>
      `${formatCount(visits)} visits. Whiskers: 95 % Wilson interval. Press a bar to see its reports.`,
    overTime: 'Success over time',
    byNat: 'Success by NAT class and path',
    byNatHint: 'NAT classes as the Check page found them. Press a bar to see its reports.',
    byServer: 'Success by server',
    byServerHint: 'Share of visits in which the URL did what it is for: an address, or a relay.',
    path: 'Path',
    nat: 'NAT class and path',
    server: 'Server',
    faults: 'Faults of the tool',
    nothing: 'Nothing was attempted.',
    none: 'No visits in this range',
    noneText: 'Browser checks count here. Choose a longer range or fewer filters, or send somebody a link.',
    findings: {
      title: 'What visitors were told',
      hint: 'Causes as the Check page found them, by the number of visits.',
      none: 'Nobody was told of a cause.',
      blames: {
        device: 'At the visitor’s device',
        network: 'In the visitor’s network',
        server: 'At a server',
        service: 'At this service',
        none: 'Nothing to mend',
      },
    },
    causes: {
      title: 'Causes of faults',
      hint: 'Failures of attempts and servers, by the number of visits that met them.',
      none: 'No visit met a failure.',
      cause: 'Cause',
      blame: 'Where',
      visits: 'Visits',
      bar: 'Share of visits',
      share: (visits: number, share: string, interval: string) =>
        `${formatCount(visits)} (${share}, 95 %: ${interval})`,
    },
  },
} as const;
