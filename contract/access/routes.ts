/** Which role each route of a service needs. A route without a row here is none: the service does not start with it. */
import type { NeededRole, Role } from '../access.ts';
import { operations } from '../api.ts';

export interface RouteRow {
  /** Of the operation, or of the route: by this the audit log calls it. */
  readonly name: string;
  readonly methods: readonly string[];
  /** As the router has it: `:id` stands for a part, `*` for the rest. */
  readonly path: string;
  readonly role: NeededRole;
  /** Where something else lets people in, too: what a role must be that is shown instead. */
  readonly orRole: Role | null;
  /** What lets somebody in where no role does, or what it is for. */
  readonly what: string;
}

/** Routes that are no operation of the API. */
export const otherRoutes: readonly RouteRow[] = [
  row('live', 'GET /ws/live', 'viewer', 'what is stored, changed or being probed, as it happens'),
  row('roomChannel', 'GET /ws/rooms', 'anyone', 'a member’s session, in its hello'),
  row('agentChannel', 'GET /ws/agents', 'anyone', 'an agent’s own key'),
  row('echo', 'GET /ws/echo', 'anyone', 'the echo peer of the Check page'),
  row('natTest', 'GET /ws/nat', 'anyone', 'the NAT test of the Check page'),
  row('publishStream', 'POST /whip/:stream', 'operator', 'publishes a stream'),
  row('viewStream', 'POST /whep/:stream', 'anyone', 'the name of the stream'),
  ...['/whip', '/whep'].flatMap((prefix) => [
    row('streamOptions', `OPTIONS ${prefix}/:stream`, 'anyone', 'what the endpoint takes'),
    row('endStream', `DELETE ${prefix}/:stream/:session`, 'anyone', 'the unguessable address of the session'),
    row('streamRefused', `GET,PUT,PATCH,DELETE ${prefix}/:stream`, 'anyone', 'answers 405'),
    row('streamRefused', `GET,PUT,PATCH,POST ${prefix}/:stream/:session`, 'anyone', 'answers 405'),
  ]),
  row('beginSignIn', 'GET /api/sign-in', 'anyone', 'leads to the identity provider'),
  row('signIn', 'GET /api/sign-in/callback', 'anyone', 'what the identity provider says of somebody'),
  row('metrics', 'GET /metrics', 'viewer', 'for Prometheus'),
  row('health', 'GET /healthz', 'anyone', 'does it serve?'),
  row('readiness', 'GET /readyz', 'anyone', 'is it of use?'),
  row('noContent', 'GET /generate_204', 'anyone', 'tells a captive portal from the internet'),
  row('apiPage', 'GET /docs', 'anyone', 'the operations of the API'),
  row('apiDocument', 'GET /docs/json', 'anyone', 'the same as an OpenAPI document'),
  ...['/check', '/t/:token', '/status', '/room', '/room/:id'].map((path) =>
    row('page', `GET ${path}`, 'anyone', 'the page; its data comes from the API'),
  ),
  row('file', 'GET /*', 'anyone', 'files of the dashboard; its data comes from the API'),
  row('file', 'GET /assets/*', 'anyone', 'files of the dashboard'),
];

function row(name: string, route: string, role: NeededRole, what: string): RouteRow {
  const [methods = '', path = ''] = route.split(' ');
  return { name, methods: methods.split(','), path, role, orRole: null, what };
}

const rows: ReadonlyMap<string, RouteRow> = new Map(
  [
    ...Object.entries(operations).map(([name, operation]) => ({
      ...row(name, `${operation.method} ${operation.path}`, operation.role, ''),
      orRole: 'orRole' in operation ? operation.orRole : null,
    })),
    ...otherRoutes,
  ].flatMap((each) => each.methods.map((method) => [`${method} ${each.path}`, each])),
);

/** Null: nobody has said who may use it. HEAD is a GET without its body (RFC 9110 §9.3.2). */
export function routeRow(method: string, path: string): RouteRow | null {
  return rows.get(`${method === 'HEAD' ? 'GET' : method} ${path}`) ?? null;
}
