/** The table of routes in `docs/access.md`, made from the contract. */

import { otherRoutes } from '../../contract/access/routes.ts';
import { roles } from '../../contract/access.ts';
import { operations } from '../../contract/api.ts';
import { summaries } from '../../service/routes/summaries.ts';

interface Row {
  readonly name: string;
  readonly route: string;
  readonly role: string;
  readonly what: string;
}

function rows(): Row[] {
  const api = Object.entries(operations).map(
    ([name, { method, path, role, ...more }]): Row => ({
      ...{ name, role, route: `${method} ${path}` },
      what: `${summaries[name as keyof typeof summaries]}${'orRole' in more ? ` Without one: ${more.orRole}.` : ''}`,
    }),
  );
  const others = otherRoutes.map(
    ({ name, methods, path, role, what }): Row => ({
      name,
      role,
      what,
      route: `${methods.join(', ')} ${path}`,
    }),
  );
  return [...api, ...others];
}

/** The page with its table made anew. */
export function withRoutes(page: string): string {
  const all = rows();
  const sections = ['anyone', ...roles].flatMap((role) => [
    `### ${role}`,
    '',
    '| route | name | what |',
    '|---|---|---|',
    ...all
      .filter((row) => row.role === role)
      .map(({ route, name, what }) => `| \`${route}\` | ${name} | ${what.replaceAll('|', '\\|')} |`),
    '',
  ]);
  const table = ['<!-- routes -->', '', ...sections, '<!-- /routes -->'].join('\n');
  return page.replace(/<!-- routes -->[\s\S]*<!-- \/routes -->/, () => table);
}
