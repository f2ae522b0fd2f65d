import type { OperationName } from '../../contract/api.ts';

/** One sentence per operation, for the API page and the OpenAPI document. */
export const summaries: Readonly<Record<OperationName, string>> = {
  info: 'Version, embedded STUN server, number of runs, and whether the caller is an administrator.',
  checkConfig: 'What a browser needs for a check: ICE servers (short-lived credentials) and the echo peer.',
  ownView: 'What this host finds at the same servers, at most a minute old; empty where it is switched off.',
  login: 'Exchanges the admin token for a session cookie (HttpOnly, SameSite=Strict, 12 hours).',
  logout: 'Ends the session of this browser.',
  addReport: 'Stores a report. The same report sent twice is stored once and gives the same id.',
  findReport: 'The id of the report with the short code that a visitor reads out.',
  deleteOwnReport: 'Deletes the report of a visitor, who has its short code. Wrong codes are limited.',
  listLinks: 'Links to the Check page, newest first, with the number of reports that came by each.',
  createLink: 'Makes a link for a visitor. Its path is told this once; only a hash of its token is kept.',
  revokeLink: 'Ends a link at once. Its reports stay.',
  visitorLink:
    'What the page behind a link asks consent for, and whom to turn to; 404 or 410 when it is closed.',
  linkCheckConfig: 'What a browser needs for the check of a link: its ICE servers and the echo peer.',
  visitProgress: 'Tells the operator’s dashboards how far the check of a visitor has come.',
  openWitness: 'Opens a witness session: the STUN server then notes what comes with the session’s prefix.',
  readWitness: 'What arrived and which answers left, for the holder of the session’s token.',
  listRuns: 'Stored runs, filtered, sorted and paged.',
  getRun: 'One run: summary and full report.',
  runHistory: 'Earlier checks of the same visitor (browser or link), and what changed since one of them.',
  deleteRun: 'Deletes a run and its attempts.',
  success: 'Success rate per path over time, with number of attempts and 95 % Wilson interval.',
  breakdown:
    'Success of visits by path, NAT class and server, with 95 % Wilson intervals, and the causes of faults ranked.',
  listNodes: 'The nodes of the fleet: release, address, rooms and members of each.',
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
  listAgents: 'Agents with their state, clock and reach, and the invitations that were made.',
  createAgentToken: 'Makes an invitation for one agent. Its token is told this once; only a hash is kept.',
  deleteAgentToken: 'Ends an invitation that was not used.',
  enrolAgent: 'Exchanges the token of an invitation for an agent’s own key. Once.',
  agentResult:
    'What a try of a job came to. Needs the agent’s key; what is said of a try that is over is not kept.',
  revokeAgent: 'Withdraws an agent: its key is worth nothing, its connection is cut, its reports stay.',
  regionMatrix:
    'Every two regions of the mesh monitors: do agents there connect, directly and by relay? 24 hours.',
  listJobs: 'Jobs of agents, newest first.',
  startJob:
    'Gives a job to an agent, or to any agent of a region: probe, TURN check, connection of two, lab.',
  getJob: 'State of a job, its newest step, and the runs that it has stored.',
  cancelJob: 'Stops a job. One that is over stays as it is.',
  listMonitors:
    'Monitors with all that they measure: state, last 24 hours, certificate, last failure with its fix.',
  createMonitor: 'Makes a monitor. The key of its webhook is write-only.',
  getMonitor: 'One monitor.',
  updateMonitor: 'Changes or pauses a monitor. A webhook key that is left out stays as it is.',
  deleteMonitor: 'Deletes a monitor with its history. Its reports stay.',
  monitorHistory: 'Success and latency over time, for each region and transport, and the changes of state.',
  publicStatus: 'How the public monitors stand, and their last 90 days; 404 unless status.public is on.',
  serverChecks: 'The latest TURN check of a server and the stored reports about its URLs.',
};
