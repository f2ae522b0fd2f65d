/** The rows of projects in the table of REST operations. */
import { z } from 'zod';
import { idSchema } from './basics.ts';
import { projectChangeSchema, projectInputSchema, projectViewSchema } from './projects.ts';

export const projectOperations = {
  /** Those that the caller sees. */
  listProjects: {
    method: 'GET',
    path: '/api/projects',
    role: 'viewer',
    reply: z.object({ projects: z.array(projectViewSchema) }),
  },
  createProject: {
    method: 'POST',
    path: '/api/projects',
    role: 'admin',
    body: projectInputSchema,
    reply: projectViewSchema,
  },
  /** Its name, its quotas, and whether it is archived. */
  updateProject: {
    method: 'PUT',
    path: '/api/projects/:id',
    role: 'admin',
    params: z.object({ id: idSchema }),
    body: projectChangeSchema,
    reply: projectViewSchema,
  },
} as const;
