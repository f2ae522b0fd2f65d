/** The frame of every page, and states that any part of a page can be in. */
export const shellWords = {
  brand: 'Polynya',
  pageTitle: (title: string) => `${title} – Polynya`,
  shell: {
    skip: 'Skip to content',
    navigation: 'Main',
    home: 'Polynya: overview',
    openMenu: 'Open menu',
    closeMenu: 'Close menu',
    scheme: (current: string) => `Colour scheme: ${current}`,
    schemes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
    chosen: 'chosen',
    version: (version: string) => `Version ${version}`,
  },
  nav: {
    overview: 'Overview',
    runs: 'Runs',
    statistics: 'Statistics',
    compare: 'Compare',
    simulate: 'Simulate',
    lab: 'Lab',
    load: 'Load',
    links: 'Links',
    servers: 'Servers',
    monitors: 'Monitors',
    agents: 'Agents',
    settings: 'Settings',
    check: 'Check page',
    checkHint: 'Tests this browser',
    rooms: 'Rooms',
    roomsHint: 'Calls over a path you choose',
  },
  live: {
    state: { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting' },
    hint: {
      connecting: 'Connecting to the service',
      live: 'New reports appear by themselves',
      reconnecting: 'The connection to the service is lost; what you see may be old',
    },
    newRun: (sentence: string) => `New report: ${sentence}`,
  },
  store: {
    away: (since: string) => `The store is away since ${since}`,
    waiting: (reports: number) =>
      reports === 0
        ? 'No report waits for it. New ones are kept on the disk of the service and stored when it is back.'
        : `${reports} ${reports === 1 ? 'report waits' : 'reports wait'} for it on the disk of the service. Nothing is lost; what is stored cannot be shown until it is back.`,
  },
  login: {
    title: 'Sign in',
    intro: 'This service is open to a network, so its dashboard asks for the admin token.',
    label: 'Admin token',
    submit: 'Sign in',
    with: (provider: string) => `Sign in with ${provider}`,
    or: 'or with the admin token',
    introBoth: 'This service is open to a network, so its dashboard asks who you are.',
    signOut: 'Sign out',
    wrong:
      'This is not the admin token. The service prints it when it starts, or it is in its configuration.',
  },
  state: {
    loading: 'Loading',
    copied: 'Copied',
    copyCommand: 'Copy command',
    copyFailed: 'The browser does not allow it',
    close: 'Close',
    cancel: 'Cancel',
    expires: (moment: string) => `Good until ${moment}.`,
  },
  errors: {
    title: 'This could not be loaded',
    staleTitle: 'This could not be brought up to date; what you see below is old',
    requestId: (id: string) => `Request id, for whoever looks into the log: ${id}`,
    retry: 'Try again',
    offline:
      'The service does not answer. Check that it still runs, and that this device is connected to it.',
    unreadable: 'The service sent an answer that this page does not understand. Reload the page.',
    http: (status: number) => `The service answered with status ${status}.`,
  },
  chart: { asTable: 'View as table', asChart: 'View as chart' },
  notFound: {
    title: 'Not found',
    short: 'There is no page at this address',
    text: 'The link may be mistyped, or from another release.',
    home: 'Go to the overview',
  },
} as const;
