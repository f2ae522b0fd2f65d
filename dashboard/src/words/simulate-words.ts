import { formatCount } from '../format/measure.ts';

/** The Simulate page. */
export const simulateWords = {
  simulate: {
    title: 'Simulate',
    hint: 'Will a population connect, over what, and at what price? The same engine as polynya simulate, in this browser.',
    working: 'Working on it …',
    failed: 'The simulation could not go on',
    question: {
      title: 'Who connects, over what',
      hint: 'Move a slider to ask another question; its address can be passed on. What you set counts as exact, the rest keeps its interval.',
      preset: 'Population',
      mix: 'Mix of networks',
      ipv6: 'People with IPv6',
      asPreset: 'as in the preset',
      blocked: 'More networks without UDP',
      paths: 'On offer besides direct links',
      size: 'Participants of a room',
      turn: 'TURN, a gigabyte',
      sfu: 'Media server, a gigabyte',
      reset: 'As in the preset',
      link: 'Copy link',
      json: 'Answer as JSON',
      population: 'Population as a file',
      populationHint:
        'polynya simulate reads the file, for example with --rooms 1000000 or with --from your own reports.',
    },
    outcomes: {
      direct: 'Directly',
      'relay-udp': 'TURN over UDP',
      'relay-tcp': 'TURN over TCP',
      'relay-tls': 'TURN over TLS',
      relay: 'Some links over TURN',
      sfu: 'On the SFU',
      none: 'Somebody is missing',
    },
    paths: {
      'relay-udp': 'TURN over UDP',
      'relay-tcp': 'TURN over TCP',
      'relay-tls': 'TURN over TLS on 443',
      sfu: 'SFU as the last resort',
    },
    answer: {
      title: 'How they connect',
      hint: (rooms: number, seed: number) =>
        `Pairs are computed, ${formatCount(rooms)} rooms are drawn with seed ${seed}. Whiskers: 95 % by the uncertain inputs, of what is direct from the left, of what is missing from the right.`,
      pairs: 'Two people',
      rooms: 'All rooms',
      roomsOf: (participants: number) => `Rooms of ${formatCount(participants)}`,
      columns: ['Who', 'How', 'Share', '95 % by inputs'],
      finding: (direct: string, low: string, high: string, relayed: string, failed: string) =>
        `Of two people who call each other ${direct} connect directly (${low} to ${high}), ${relayed} over TURN, ${failed} not at all.`,
      interval: (low: string, high: string) => `${low} to ${high}`,
    },
    curves: {
      title: 'Rooms of every size',
      hint: 'Everybody with everybody as a mesh, or everybody to one media server (SFU or mixer), over the relays on offer. No browser carries a mesh of more than 50.',
      upTo: 'Rooms up to',
      participants: 'Participants',
      whole: 'Rooms in which nobody is missing',
      lines: {
        meshDirect: 'Mesh, every link direct',
        meshWhole: 'Mesh, every link stands',
        serverWhole: 'SFU or audio MCU',
      },
      finding: (participants: number, direct: string, mesh: string, server: string) =>
        `With ${formatCount(participants)} participants ${direct} of meshes are direct in every link, ${mesh} stand, and in ${server} of rooms on a media server nobody is missing.`,
      findingServer: (participants: number, server: string) =>
        `With ${formatCount(participants)} participants nobody is missing in ${server} of rooms on a media server.`,
    },
    cost: {
      title: 'What an hour of a room costs',
      hint: 'Traffic that leaves TURN and media servers, by the cost model of Compare. An MCU carries sound only.',
      axis: (currency: string) => `${currency} an hour`,
      shapes: { mesh: 'Mesh with TURN', sfu: 'SFU', mcu: 'Audio MCU' },
      finding: (participants: number, parts: readonly string[]) =>
        `An hour with ${formatCount(participants)} participants: ${parts.join(', ')}.`,
      crosses: (from: number, dearer: string, cheaper: string) =>
        `From ${formatCount(from)} participants on, ${dearer} costs more than ${cheaper}.`,
      mark: (from: number, dearer: string, cheaper: string) => `${formatCount(from)}: ${dearer} > ${cheaper}`,
    },
    changes: {
      title: 'What would help most',
      columns: ['Change', 'Direct', 'Relayed', 'Not at all', 'Cost of 1,000 rooms'],
      asItIs: 'As it is',
    },
    hangs: {
      title: 'What the answer hangs on',
      hint: 'One uncertain figure at a time, at both ends of its range; the largest effects.',
      columns: ['Figure', 'From … to', 'Direct', 'Relayed', 'Not at all', 'Source'],
    },
    endpoints: {
      title: 'Who has it hard',
      columns: ['Network', 'Share', 'Direct', 'Relayed', 'Not at all'],
    },
    servers: {
      title: 'Servers, for 1,000 rooms',
      columns: ['Figure', 'Value', '95 % by inputs'],
      rows: {
        turnGb: 'Out of TURN, GB',
        sfuGb: 'Out of the media server, GB',
        turnCoreHours: 'Processor of TURN, core hours',
        sfuCoreHours: 'Processor of the media server, core hours',
        cost: 'Price of the traffic',
      },
    },
    about: 'About this answer',
  },
} as const;
