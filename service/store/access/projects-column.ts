import { projectsSchema } from '../../../contract/access/principal.ts';
import type { Principal } from '../../../contract/access.ts';

/** The projects of a principal, from the JSON that a row holds. */
export function projectsOf(json: string): Principal['projects'] {
  return projectsSchema.parse(JSON.parse(json));
}
