import type { AgentView } from '../../../contract/fleet/agent.ts';
import type { ClockSkew } from '../../../contract/fleet/vantage.ts';
import { formatCount, formatMs } from '../format/measure.ts';

export const agentsWords = {
  agents: {
    title: 'Agents',
    hint: 'Programs that measure from other places. They connect to this service; it never connects to them.',
    add: 'Invite an agent',
    matrix: 'Mesh of regions',
    listTitle: 'Agents',
    none: 'No agents yet',
    noneText:
      'Invite one: it enrols with a token that is good once, then measures what monitors ask for, from where it runs.',
    columns: {
      name: 'Name',
      state: 'State',
      region: 'Region',
      seen: 'Last seen',
      clock: 'Clock',
      jobs: 'Jobs',
      reach: 'May reach',
      actions: 'Actions',
    },
    states: { online: 'Online', draining: 'Draining', offline: 'Offline', revoked: 'Revoked' },
    statesMean: {
      online: 'Connected, takes jobs',
      draining: 'Connected, ends its jobs and takes no more',
      offline: 'Not connected',
      revoked: 'Its key is worth nothing any more',
    },
    never: 'never',
    runs: ({ version, platform }: AgentView) =>
      [version === null ? null : `version ${version}`, platform].filter((part) => part !== null).join(', '),
    labels: (labels: AgentView['labels']) =>
      Object.entries(labels).map(([name, value]) => (value === '' ? name : `${name}=${value}`)),
    network: (network: string) => `from ${network}`,
    clock: ({ offsetMs, uncertaintyMs }: ClockSkew) => {
      const off = Math.abs(offsetMs);
      const within = `±\u202f${formatMs(uncertaintyMs)}`;
      if (off <= uncertaintyMs) return `right ${within}`;
      return `${formatMs(off)} ${offsetMs > 0 ? 'behind' : 'ahead'} ${within}`;
    },
    noClock: 'not measured',
    jobs: ({ running, slots }: AgentView) =>
      slots === 0 ? '–' : `${formatCount(running)} of ${formatCount(slots)}`,
    reach: {
      any: 'what this service may',
      allow: (ranges: readonly string[]) => `only ${ranges.join(', ')}`,
      deny: (ranges: readonly string[]) => `not ${ranges.join(', ')}`,
      unknown: 'not told yet',
    },
    revoke: 'Revoke',
    revokeOf: (name: string) => `Revoke ${name}`,
    revokeTitle: 'Revoke this agent?',
    revokeText: (name: string) =>
      `“${name}” is cut off at once and its key is worth nothing any more. Its reports stay. To come back it must be invited anew.`,
    revokeSure: 'Revoke agent',
    showRevoked: (count: number) => `Show revoked ones (${formatCount(count)})`,
  },
  invitations: {
    title: 'Open invitations',
    hint: 'Each lets one agent enrol, once.',
    columns: { label: 'For', region: 'Region', expires: 'Expires', actions: 'Actions' },
    anyRegion: 'the agent says it',
    withdraw: 'Withdraw',
    withdrawOf: (label: string) => `Withdraw the invitation for ${label}`,
    withdrawTitle: 'Withdraw this invitation?',
    withdrawText: (label: string) => `The token for “${label}” stops working at once.`,
    withdrawSure: 'Withdraw invitation',
  },
  inviteForm: {
    title: 'Invite an agent',
    label: 'For which host',
    labelHint: 'For your own lists.',
    region: 'Region',
    regionHint: 'Small letters, digits and dashes, such as eu-west. Empty: the agent says it (--region).',
    lifetime: 'Good for',
    lifetimes: [
      { value: '1', label: '1 hour' },
      { value: '24', label: '1 day' },
      { value: '168', label: '7 days' },
      { value: '720', label: '30 days' },
    ],
    submit: 'Make the token',
    failed: 'The token was not made',
    problems: {
      label: 'Say for which host it is.',
      region: 'Small letters, digits and dashes, such as eu-west.',
    },
  },
  invited: {
    title: 'Start the agent',
    text: 'On the agent’s host, store the token in a file that only you can read:',
    token: 'Token',
    tokenText: 'The token is shown this once; the service keeps only a hash of it. It lets one agent enrol.',
    copy: 'Copy token',
    next: 'Then start the agent; it stores a key of its own and needs the token no more:',
    store: '(umask 077; cat > polynya-token)   # paste the token, then Ctrl-D',
    /** @param region that of the invitation; null: the agent says it */
    start: (service: string, region: string | null) =>
      `polynya agent --hub ${service} --enrol-token-file polynya-token${region === null ? ' --region default' : ''}`,
  },
} as const;
