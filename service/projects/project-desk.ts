/** Makes and changes projects, and holds them to their quotas. */
import { randomBytes } from 'node:crypto';
import {
  defaultProject,
  type ProjectChange,
  type ProjectInput,
  type ProjectView,
} from '../../contract/projects.ts';
import { fault, isStoreAway } from '../fault.ts';
import type { ProjectStore, StoredProject } from '../store/project-queries.ts';
import type { Reads } from '../store/projects-read.ts';
import { sees } from './scope.ts';

/** So long it is good what a node knows of a project: in crowds the store is not asked anew for each report. */
const knownMs = 1_000;
const dayMs = 86_400_000;

export interface ProjectDeskOptions {
  readonly store: ProjectStore;
  readonly now: () => Date;
  readonly onChange: () => void;
}

interface Known {
  readonly atMs: number;
  readonly project: StoredProject;
  reportsToday: number;
}

export class ProjectDesk {
  readonly #options: ProjectDeskOptions;
  /** As this node last knew them. */
  readonly #known = new Map<string, Known>();

  constructor(options: ProjectDeskOptions) {
    this.#options = options;
  }

  async list(reads: Reads): Promise<ProjectView[]> {
    const all = await this.#options.store.list();
    return Promise.all(all.filter(({ id }) => sees(reads, id)).map((project) => this.#view(project)));
  }

  async create({ name, quotas }: ProjectInput): Promise<ProjectView> {
    const id = `p${randomBytes(9).toString('base64url')}`;
    const createdAt = this.#options.now().toISOString();
    return this.#save({ id, name, createdAt, archivedAt: null, quotas });
  }

  async update(id: string, { name, quotas, archived }: ProjectChange): Promise<ProjectView> {
    const was = await this.#find(id);
    if (archived && id === defaultProject) {
      throw fault('request-invalid', 'archived: the default project is always there', 'archived');
    }
    const archivedAt = archived ? (was.archivedAt ?? this.#options.now().toISOString()) : null;
    return this.#save({ ...was, name, quotas, archivedAt });
  }

  /** May one more be made in it? Throws `not-found`, `project-archived` and `quota-reached`. */
  async demand(id: string, what: 'links' | 'monitors'): Promise<void> {
    const { name, quotas } = await this.#open(id);
    const limit = quotas[what];
    if (limit === null) return;
    const used = await this.#options.store.used(id, this.#options.now());
    if (used[what] >= limit) throw fault('quota-reached', `${name}: ${limit} ${what} (${what})`);
  }

  /** Throws `not-found` and `project-archived`, but while nobody can say work goes on that needs no store. */
  async demandOpen(id: string): Promise<void> {
    try {
      await this.#open(id);
    } catch (error) {
      if (!isStoreAway(error)) throw error;
    }
  }

  /** May a report be added to it now? Throws `project-archived` and `quota-exceeded`. */
  async admit(id: string): Promise<void> {
    const now = this.#options.now();
    const known = await this.#know(id, now);
    const { name, archivedAt, quotas } = known.project;
    const { reportsPerDay } = quotas;
    if (archivedAt !== null) throw fault('project-archived', name);
    if (reportsPerDay !== null && known.reportsToday >= reportsPerDay) {
      const waitSec = Math.ceil((dayMs - (now.getTime() % dayMs)) / 1000);
      throw fault('quota-exceeded', `${name}: ${reportsPerDay} reports a day (reportsPerDay)`, null, waitSec);
    }
    known.reportsToday += 1;
  }

  /** False: it is archived. */
  async isOpen(id: string): Promise<boolean> {
    return (await this.#options.store.find(id))?.archivedAt === null;
  }

  async #know(id: string, now: Date): Promise<Known> {
    const atMs = now.getTime();
    const last = this.#known.get(id);
    if (last !== undefined && Math.abs(atMs - last.atMs) < knownMs) return last;
    const project = await this.#find(id);
    const isCounted = project.quotas.reportsPerDay !== null;
    const reportsToday = isCounted ? (await this.#options.store.used(id, now)).reportsToday : 0;
    const known = { atMs, project, reportsToday };
    this.#known.set(id, known);
    return known;
  }

  async #open(id: string): Promise<StoredProject> {
    const project = await this.#find(id);
    if (project.archivedAt !== null) throw fault('project-archived', project.name);
    return project;
  }

  async #find(id: string): Promise<StoredProject> {
    const project = await this.#options.store.find(id);
    if (project === null) throw fault('not-found', `project ${id}`);
    return project;
  }

  async #save(project: StoredProject): Promise<ProjectView> {
    await this.#options.store.save(project);
    this.#known.delete(project.id);
    this.#options.onChange();
    return this.#view(project);
  }

  async #view(project: StoredProject): Promise<ProjectView> {
    return { ...project, used: await this.#options.store.used(project.id, this.#options.now()) };
  }
}
