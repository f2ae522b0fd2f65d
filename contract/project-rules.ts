/** What projects mean to each operation. A new one does not compile until somebody has decided. */
import type { OperationName } from './api.ts';

/**
 * `own`: answers with, and changes, what belongs to the projects of the caller ·
 * `whole`: is about the whole service, so that whoever sees some of its projects only may not use it ·
 * `open`: needs no principal; what lets somebody in is a token, a code or a session of its own.
 */
export type ProjectRule = 'own' | 'whole' | 'open';

export const projectRules: Readonly<Record<OperationName, ProjectRule>> = {
  info: 'own',
  checkConfig: 'open',
  ownView: 'open',
  login: 'open',
  logout: 'open',
  me: 'open',
  addReport: 'own',
  findReport: 'own',
  deleteOwnReport: 'open',
  listLinks: 'own',
  createLink: 'own',
  revokeLink: 'own',
  visitorLink: 'open',
  linkCheckConfig: 'open',
  visitProgress: 'open',
  openWitness: 'open',
  readWitness: 'open',
  listRuns: 'own',
  getRun: 'own',
  runHistory: 'own',
  deleteRun: 'own',
  success: 'own',
  breakdown: 'own',
  listServers: 'own',
  addServer: 'own',
  updateServer: 'own',
  deleteServer: 'own',
  testServer: 'own',
  startProbe: 'own',
  getProbe: 'own',
  startTurnCheck: 'own',
  getTurnCheck: 'own',
  serverChecks: 'own',
  listProjects: 'own',
  createProject: 'whole',
  updateProject: 'whole',
  listNodes: 'whole',
  listRooms: 'own',
  createRoom: 'own',
  closeRoom: 'own',
  joinRoom: 'open',
  getRoom: 'open',
  changeRoomPath: 'open',
  leaveRoom: 'open',
  listAgents: 'whole',
  createAgentToken: 'whole',
  deleteAgentToken: 'whole',
  enrolAgent: 'open',
  agentResult: 'open',
  revokeAgent: 'whole',
  regionMatrix: 'own',
  listJobs: 'whole',
  startJob: 'whole',
  getJob: 'whole',
  cancelJob: 'whole',
  listMonitors: 'own',
  createMonitor: 'own',
  getMonitor: 'own',
  updateMonitor: 'own',
  deleteMonitor: 'own',
  monitorHistory: 'own',
  publicStatus: 'open',
  listSessions: 'whole',
  endSession: 'whole',
  listKeys: 'whole',
  createKey: 'whole',
  withdrawKey: 'whole',
  listAudit: 'whole',
};

/** Routes that are no operations of the API and are about the whole service. */
const wholeRoutes: ReadonlySet<string> = new Set(['metrics', 'publishStream']);

/** @param name of the operation or route, as in contract/access/routes.ts */
export function needsWholeService(name: string): boolean {
  const rules: Readonly<Record<string, ProjectRule>> = projectRules;
  return wholeRoutes.has(name) || rules[name] === 'whole';
}
