/** Makes and changes projects, and holds them to their quotas. */
import { randomBytes } from 'node:crypto';
import {
  defaultProject,
  type ProjectChange,
  type ProjectInput,
  type ProjectView,
  type Quotas,
} from '../../contract/projects.ts';
import { fault } from '../fault.ts';
import type { ProjectStore, StoredProject } from '../store/project-queries.ts';
import type { Reads } from '../store/projects-read.ts';
import { sees } from './scope.ts';

/** So long a count of reports is good: in crowds they are not counted anew for each. */
const countedMs = 1_000;

export interface ProjectDeskOptions {
  readonly store: ProjectStore;
  readonly now: () => Date;
  readonly onChange: () => void;
}

export class ProjectDesk {
  readonly #options: ProjectDeskOptions;
  /** Reports of today, by project, as this node last knew them. */
  readonly #today = new Map<string, { readonly atMs: number; reports: number }>();

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

  /** May something be made in it? Throws `not-found`, `project-archived` and `quota-reached`. */
  async demand(id: string, what: 'links' | 'monitors' | null): Promise<void> {
    const { name, quotas } = await this.#open(id);
    const limit = what === null ? null : quotas[what];
    if (what === null || limit === null) return;
    const used = await this.#options.store.used(id, this.#options.now());
    if (used[what] >= limit) throw fault('quota-reached', `${name}: ${limit} ${what} (${what})`);
  }

  /** May a report be added to it now? Throws `project-archived` and `quota-exceeded`. */
  async admit(id: string): Promise<void> {
    const { name, quotas } = await this.#open(id);
    const { reportsPerDay } = quotas;
    if (reportsPerDay === null) return;
    const now = this.#options.now();
    const today = await this.#countToday(id, now);
    if (today.reports >= reportsPerDay) {
      const waitSec = Math.ceil((dayMs - (now.getTime() % dayMs)) / 1000);
      throw fault('quota-exceeded', `${name}: ${reportsPerDay} reports a day (reportsPerDay)`, null, waitSec);
    }
    today.reports += 1;
  }

  /** Null: there is no such project any more, or it is archived. */
  async isOpen(id: string): Promise<boolean> {
    return (await this.#options.store.find(id))?.archivedAt === null;
  }

  async #countToday(id: string, now: Date) {
    const atMs = now.getTime();
    const known = this.#today.get(id);
    if (known !== undefined && atMs - known.atMs < countedMs && atMs >= known.atMs) return known;
    const { reportsToday } = await this.#options.store.used(id, now);
    const counted = { atMs, reports: reportsToday };
    this.#today.set(id, counted);
    return counted;
  }

  async #open(id: string): Promise<{ readonly name: string; readonly quotas: Quotas }> {
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
    this.#today.delete(project.id);
    this.#options.onChange();
    return this.#view(project);
  }

  async #view(project: StoredProject): Promise<ProjectView> {
    return { ...project, used: await this.#options.store.used(project.id, this.#options.now()) };
  }
}

const dayMs = 86_400_000;
