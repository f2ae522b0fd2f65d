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
    links: 'Links',
    servers: 'Servers',
    check: 'Check page',
    checkHint: 'Tests this browser',
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
  login: {
    title: 'Sign in',
    intro: 'This service is open to a network, so its dashboard asks for the admin token.',
    label: 'Admin token',
    submit: 'Sign in',
    signOut: 'Sign out',
    wrong:
      'This is not the admin token. The service prints it when it starts, or it is in its configuration.',
  },
  state: {
    loading: 'Loading',
    copied: 'Copied',
    copyFailed: 'The browser does not allow it',
    close: 'Close',
    cancel: 'Cancel',
  },
  errors: {
    title: 'This could not be loaded',
    staleTitle: 'This could not be brought up to date; what you see below is old',
    retry: 'Try again',
    offline: 'The service does not answer. Check that it still runs.',
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
