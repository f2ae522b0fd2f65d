import type { Bound } from '../../../compare/crossings.ts';
import { formatCount } from '../format/measure.ts';

const names = {
  mesh: 'Direct (mesh)',
  sfu: 'SFU (embedded)',
  'sfu-janus': 'SFU (Janus)',
  mcu: 'Audio MCU (Janus)',
  'relay-udp': 'Relay over UDP',
  'relay-tcp': 'Relay over TCP',
  'relay-tls': 'Relay over TLS',
} as const;

const bounds: Readonly<Record<Bound, string>> = {
  up: 'its uplink is full',
  down: 'its downlink is full',
  cpu: 'its processor is busy',
};

/** The Compare page and the reports that it makes. */
export const compareWords = {
  comparePaths: names,
  compare: {
    title: 'Compare',
    hint: 'The same participants and the same media over every path: what connects, what it costs, and what fits your rooms.',
    plan: {
      title: 'What to compare',
      hint: 'All participants run in this page, so they share one processor. For other devices and for processor times, use polynya compare.',
      participants: 'Participants',
      picture: 'Picture',
      fps: 'Pictures per second',
      kbps: 'Video at most',
      kbpsOf: (kbps: number) => `${formatCount(kbps)} kbit/s`,
      sound: 'Sound',
      sounds: { yes: 'With a tone', no: 'None' },
      repeats: 'Repeats',
      hold: 'Measure for',
      seconds: (sec: number) => `${sec} s`,
      paths: 'Paths',
      noPath: 'Choose at least one path.',
      missing: {
        sfu: 'The embedded SFU is off in the configuration (sfu).',
        'sfu-janus': 'No Janus is configured (sfu.janus).',
        mcu: 'No Janus is configured (sfu.janus).',
        relay: 'No enabled TURN server offers this transport (Servers).',
        silent: 'The mixer carries sound only.',
      },
      start: 'Start',
      cancel: 'Cancel',
    },
    estimate: {
      title: 'What it will take',
      runs: (runs: number, links: number) =>
        `${formatCount(runs)} ${runs === 1 ? 'run' : 'runs'}, ${formatCount(links)} directed links`,
      time: (sec: number) => (sec < 90 ? `about ${Math.round(sec)} s` : `about ${Math.ceil(sec / 60)} min`),
      traffic: (text: string) => `${text} through servers`,
      cpu: (percent: number) => `up to ${Math.round(percent)} % of a core for all participants together`,
      tooMuch: (cores: number) =>
        `This device has ${cores} cores: an encoder that gets no time makes the paths look worse than they are. Fewer participants or a smaller picture help.`,
    },
    progress: {
      title: 'Runs',
      at: (index: number, of: number, path: string, repeat: number) =>
        `Run ${index} of ${of}: ${path}, repeat ${repeat}.`,
      saving: 'All runs are done; the report is being stored.',
      participants: (done: number, of: number) => `${done} of ${of} participants have reported.`,
      frame: (name: string) => `Participant ${name}`,
      failed: 'The comparison could not go on',
      leave: 'Leaving this page ends the comparison.',
      open: 'Open the stored report',
      again: 'Compare again',
      notStored: 'The report could not be stored',
    },
    outcomes: {
      complete: 'All connected',
      partial: 'Some connected',
      failed: 'None connected',
      'harness-fault': 'Fault of the tool',
    },
    skipped: (path: string, reason: string) => `${path} was not tried: ${reason}`,
    noReport: 'The participant gave no report in time.',
    note: 'All participants ran in one page and shared its processor; rates are payload of UDP at the selected pairs.',
    hidden:
      'The page was not to be seen for a while; browsers slow hidden pages down, so rates and times may be worse than the paths.',
    noTurnCounters:
      'A page cannot read the counters of the TURN server: a relay is proved by the selected pair alone.',
    summary: {
      title: 'Paths side by side',
      hint: 'Medians over runs, means over participants. Links are directed, with the 95 % Wilson interval; first picture: p50 / p95.',
      path: 'Path',
      complete: 'Complete',
      completeOf: (complete: number, runs: number, faults: number) =>
        `${complete} of ${runs}${faults === 0 ? '' : `, ${faults} retried`}`,
      links: 'Links seen',
      bots: 'Bots, without decoder',
      setup: 'First picture',
      up: 'Up',
      down: 'Down',
      fps: 'Frames out / in',
      rtt: 'RTT',
      loss: 'Loss',
      freezes: 'Freezes',
      clientCpu: 'Client CPU',
      serverCpu: 'Server CPU',
      turnOut: 'TURN out',
      cpuLimited: (runs: number) =>
        `${runs} runs were held back by the processor: their rates say little about the path.`,
    },
    setup: {
      title: 'How fast it connects',
      hint: 'Share of links whose first picture had been decoded by then (sound on the mixer), from the opening of the connection.',
      axis: 'Links connected',
      time: 'Time',
      columns: ['Path', 'Links', 'p50', 'p90', 'p95', 'Slowest'],
      finding: (path: string, p50: string, p95: string) =>
        `${path}: half of the links within ${p50}, 95 % within ${p95}.`,
      none: 'No link connected.',
    },
    traffic: {
      title: 'Bandwidth of each participant',
      hint: 'Filled: measured. Outlined: what the model says.',
      up: 'up',
      down: 'down',
      columns: ['Path', 'Up measured', 'Up modelled', 'Down measured', 'Down modelled'],
      finding: (path: string, up: string, down: string) => `${path}: ${up} up, ${down} down.`,
    },
    beside: {
      title: 'Model beside measurement',
      hint: 'The cost model knows the plan, not the result. Its error is printed, so that you know how far to trust it for rooms that nobody has measured.',
      figure: 'Figure',
      model: 'Model',
      measured: 'Measured',
      error: 'Error',
      none: 'Nothing was measured that the model could be held against.',
      figures: {
        up: 'Up, each participant',
        down: 'Down, each participant',
        'server-out': 'Media server, out',
        'turn-out': 'TURN server, out',
        'client-cpu': 'CPU, each participant',
        'server-cpu': 'CPU, media server',
        'turn-cpu': 'CPU, TURN server',
      },
    },
    flows: {
      title: 'Which way it went',
      hint: 'From the network interface over the candidate and the selected pair to the path, by bytes received.',
      stages: ['Interface', 'Candidate', 'Pair', 'Path'],
      networks: {
        loopback: 'Loopback',
        private: 'Private address',
        public: 'Public address',
        hidden: 'Hidden by the browser',
      },
      columns: ['Interface', 'Candidate', 'Pair', 'Path', 'Links', 'Bytes'],
      finding: (share: string, pair: string, path: string) =>
        `${share} of the bytes took ${pair} on ${path}.`,
      none: 'No link has a selected pair.',
    },
    runs: {
      title: 'Every run',
      hint: 'In the order in which they were made. A run that the tool spoiled was tried once more, and stays here.',
      run: 'Run',
      name: (repeat: number, attempt: number) => `${repeat}${attempt === 1 ? '' : `, try ${attempt}`}`,
      path: 'Path',
      outcome: 'Outcome',
      links: 'Links',
      linksOf: (good: number, all: number) => `${good} of ${all}`,
      seen: 'All seen after',
      why: 'What was wrong',
    },
    about: 'About this comparison',
    cancelled: 'It was ended before its plan was done.',
    planText: (participants: number, media: string, repeats: number) =>
      `${participants} participants, ${media}, ${repeats} ${repeats === 1 ? 'repeat' : 'repeats'} of each path.`,
    cost: {
      title: 'For larger rooms',
      hint: 'The cost model for up to 1,000 participants. It counts streams, headers and processor time; move the sliders to your rooms.',
      participants: 'Participants',
      kbps: 'Video bitrate',
      relayed: 'Share that needs a relay',
      price: 'Price of a gigabyte',
      uplink: 'Uplink of a participant',
      shown: 'Streams shown at once (SFU)',
      figure: 'Chart shows',
      figures: {
        up: 'Up, each participant',
        down: 'Down, each participant',
        'client-cpu': 'CPU, each participant',
        'server-cpu': 'CPU of servers',
        price: 'Price of an hour',
      },
      mbps: (kbps: number) =>
        kbps >= 1_000
          ? `${(kbps / 1_000).toFixed(kbps >= 10_000 ? 0 : 1)} Mbit/s`
          : `${Math.round(kbps)} kbit/s`,
      cores: (percent: number) =>
        percent >= 1_000 ? `${formatCount(Math.round(percent / 100))} cores` : `${Math.round(percent)} %`,
      money: (value: number) =>
        value >= 100 ? `$${formatCount(Math.round(value))}` : `$${value.toFixed(2)}`,
      pictures: (count: number) => `${count}`,
      shapes: { mesh: 'Mesh', sfu: 'SFU', mcu: 'Audio MCU', relay: 'Relay (TURN)' },
      finding: (participants: number, cheapest: string, value: string, dearest: string, most: string) =>
        `with ${formatCount(participants)} participants least with ${cheapest} (${value}), most with ${dearest} (${most}).`,
      crosses: (from: number, dearer: string, cheaper: string) =>
        `From ${formatCount(from)} participants on, ${dearer} takes more than ${cheaper}.`,
      crossMark: (from: number, dearer: string, cheaper: string) =>
        `${formatCount(from)}: ${dearer} > ${cheaper}`,
      table: (participants: number) => `With ${formatCount(participants)} participants`,
      columns: ['Path', 'Up', 'Down', 'Client CPU', 'Servers’ CPU', 'Servers out', 'Price of an hour'],
      crossings: 'Where the paths cross',
      mesh: (participants: number, bound: Bound | null) =>
        bound === null
          ? 'A mesh carries every room that the sliders know.'
          : participants < 2
            ? `A mesh carries nobody: with two participants already ${bounds[bound]}.`
            : `A mesh carries ${formatCount(participants)} participants; with one more, ${bounds[bound].replace('its', 'the')}.`,
      sfu: (participants: number, bound: Bound | null) =>
        bound === null
          ? 'An SFU carries every room that the sliders know.'
          : `An SFU carries ${formatCount(participants)} participants; with one more, ${bounds[bound].replace('its', 'the')}.`,
      clientCpu: (participants: number | null) =>
        participants === null
          ? 'A participant of a mesh never works more than one of an SFU.'
          : `From ${formatCount(participants)} participants on, each works more in a mesh than with an SFU.`,
      audio: (participants: number | null) =>
        participants === null
          ? 'With sound only, an SFU always takes less of the server than a mixer.'
          : `With sound only, mixing takes less of the server than forwarding from ${formatCount(participants)} participants on.`,
      paid: (participants: number | null) =>
        participants === null
          ? 'The relayed share of a mesh never costs more traffic than an SFU.'
          : `From ${formatCount(participants)} participants on, the relayed share of a mesh costs more traffic than an SFU.`,
    },
  },
} as const;
