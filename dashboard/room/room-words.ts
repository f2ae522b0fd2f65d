/** Everything that the Room page says. */
import type { Path, Rung } from '../../contract/basics.ts';
import type { Outlook } from '../../contract/outlook.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { SessionState } from '../../rooms/io/index.ts';

type Whose = 'ours' | 'theirs' | 'both';
const relays: Readonly<Record<Whose, string>> = {
  ours: 'this side’s relay',
  theirs: 'the other side’s relay',
  both: 'the relays of both sides',
};

const directness: Readonly<Record<Outlook['direct'], string>> = {
  yes: 'a direct path exists',
  no: 'no direct path exists, a relay is needed',
  depends: 'whether a direct path exists depends on what they do not show',
  open: 'whether a direct path exists is open',
};

/** Of direct pairs that stayed silent. */
const silent = (pairs: number): string => (pairs === 1 ? 'one direct pair' : `${pairs} direct pairs`);

export const whyWords = {
  relayWanted: (whose: Whose): string => `Relayed through ${relays[whose]}, because the room asks for it.`,
  relayOnlyOffered: (whose: Whose): string =>
    `Relayed through ${relays[whose]}: there was no pair of direct addresses to try.`,
  relayThoughAnswered: (whose: Whose): string =>
    `Relayed through ${relays[whose]}, although every direct pair gave an answer: the browsers chose the relay.`,
  relayNoPublicAddress: (whose: Whose, unanswered: number): string =>
    `Relayed through ${relays[whose]}: this browser learned no public address from a STUN server, and ${silent(unanswered)} gave no answer.`,
  relayNatFilters: (whose: Whose, unanswered: number): string =>
    `Relayed through ${relays[whose]}: ${silent(unanswered)} gave no answer, so a NAT or firewall on one of the sides lets only known addresses in.`,
  directSameNetwork: 'Direct, from one local address to the other: both are in the same network.',
  directThroughNat: 'Direct, through a NAT whose public address a STUN server had told.',
  directDiscovered:
    'Direct, over an address that only the checks themselves revealed: a NAT gave this connection a mapping of its own.',
  noRelay: 'No connection: no TURN server gave this browser a relay address.',
  nothingAnswered: (tried: number): string =>
    `No connection: ${tried === 1 ? 'the one direct pair gave no answer' : `none of ${tried} direct pairs gave an answer`}. NATs or firewalls on both sides keep the packets out, and this room has no relay.`,
  nothingToTry: 'No connection yet: no pair of addresses has been tried.',
  natTests: ({ direct, reason, here, there }: Outlook): string =>
    `The NAT tests of both ends (mapping here ${here.mapping}, there ${there.mapping}) say: ${directness[direct]}: ${reason}.`,
} as const;

export const stateWords: Readonly<Record<SessionState, string>> = {
  connecting: 'Connecting to the service …',
  connected: 'In the room.',
  waiting: 'The service cannot be reached; trying again. Connections that stand are not touched.',
  ended: 'Left the room.',
};

export function pathName(path: RoomPath): string {
  if (path.kind === 'mesh') return 'Direct (mesh)';
  if (path.kind === 'relay') {
    return path.transport === null ? 'Relay (TURN)' : `Relay (TURN over ${path.transport.toUpperCase()})`;
  }
  return path.kind === 'sfu' ? `Media server (SFU, ${path.server})` : `Audio MCU (mixer, ${path.server})`;
}

export const roomWords = {
  needsHttps: 'Camera and microphone need HTTPS; a drawn picture and a tone are sent instead.',
  noCamera: (name: string): string =>
    `The browser gave no camera or microphone (${name}); a drawn picture and a tone are sent instead.`,
  badLink: 'This link is not complete: the part after # is missing. Open the whole link.',
  you: 'you',
  unnamed: (id: string): string => `Member ${id.slice(0, 5)}`,
  connection: (name: string): string => `Connection from ${name}`,
  joined: (name: string): string => `${name} came.`,
  left: (name: string): string => `${name} left.`,
  away: (name: string): string => `${name} is not reached by the service at the moment.`,
  reached: (name: string, rung: string): string => `${name}: ${rung}.`,
  pathChanged: (path: string): string => `The room now takes: ${path}. All connections begin anew.`,
  pathRefused: (reason: string): string => `The room stays on its path: ${reason}`,
  ended: (message: string): string => `The service ended it: ${message}`,
  reportSent: (id: string): string => `Report sent: ${id}`,
  reportFailed: (reason: string): string => `The report could not be sent: ${reason}`,
  listening: 'Sound off',
  muted: 'Sound on',
  headings: ['Member', 'State', 'Way', 'Round trip', 'Received', 'Loss', 'Why this way'],
  matrixTitle: 'Who sees whom',
  matrixCorner: 'from ↓ to →',
  rowsTitle: 'What comes to this browser',
  unknown: 'not told',
  openTitle: 'Open rooms',
  openHeadings: ['Room', 'Path', 'Members', 'End'],
  close: 'Close',
  none: 'Nobody else is here yet. Send them the link.',
  copied: 'Link copied',
  copyLink: 'Copy the link',
} as const;

export const rungWords = {
  none: 'not signalled',
  S0: 'signalled',
  S1: 'addresses found',
  S2: 'path found',
  S3: 'encrypted',
  S4: 'data flows',
  S5: 'media arrives',
  S6: 'picture decoded',
  S7: 'stable for 5 s',
} as const;

/** A mixer sends no picture. */
export function rungText(rung: Rung, path: Path): string {
  return rung === 'S6' && path === 'mcu' ? 'sound decoded' : rungWords[rung];
}
