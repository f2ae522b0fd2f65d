import type { OperationName } from '../../contract/api.ts';

/** One sentence per operation, for the API page and the OpenAPI document. */
export const summaries: Readonly<Record<OperationName, string>> = {
  info: 'Version, embedded STUN server, number of runs, and whether the caller is an administrator.',
  checkConfig: 'What a browser needs for a check: ICE servers (short-lived credentials) and the echo peer.',
  login: 'Exchanges the admin token for a session cookie (HttpOnly, SameSite=Strict, 12 hours).',
  logout: 'Ends the session of this browser.',
  addReport: 'Stores a report. The same report sent twice is stored once and gives the same id.',
  openWitness: 'Opens a witness session: the STUN server then notes what comes with the session’s prefix.',
  readWitness: 'What arrived and which answers left, for the holder of the session’s token.',
  listRuns: 'Stored runs, filtered, sorted and paged.',
  getRun: 'One run: summary and full report.',
  deleteRun: 'Deletes a run and its attempts.',
  success: 'Success rate per path over time, with number of attempts and 95 % Wilson interval.',
  listServers: 'STUN and TURN servers: embedded, from the config file, and added here. Never their secrets.',
  addServer: 'Adds a server. The credential is write-only.',
  updateServer: 'Changes a server. A credential that is left out stays as it is.',
  deleteServer: 'Deletes a server.',
  testServer: 'Probes one server from this host and keeps the result as its last test.',
  startProbe: 'Probes from this host; progress comes over /ws/live, the report is stored as a run.',
  getProbe: 'State of a probe.',
  startTurnCheck:
    'Checks the TURN URLs of a server from this host, harmless checks only; each report is stored as a run.',
  getTurnCheck: 'State of a TURN check.',
  listRooms: 'Open rooms with their join tokens, and the paths that a new room can take.',
  createRoom: 'Creates a room. Whoever gets its join token may join.',
  closeRoom: 'Closes a room; its members are told.',
  joinRoom:
    'Makes the caller a member: session for the channel /ws/rooms, and ICE servers for the room’s path.',
  getRoom: 'Who is in the room, and fresh ICE servers. Needs a member’s session as bearer token.',
  changeRoomPath:
    'Moves the whole room to another path; all connections begin anew. Needs a member’s session.',
  leaveRoom: 'Takes a member out: oneself with its session, anybody with the admin token.',
  serverChecks: 'The latest TURN check of a server and the stored reports about its URLs.',
};
