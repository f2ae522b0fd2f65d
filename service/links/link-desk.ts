/** Makes links and knows what each token is good for. */
import { randomBytes } from 'node:crypto';
import type { CheckConfig } from '../../contract/api.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { LinkInput, LinkView, NewLink, VisitorLink } from '../../contract/links.ts';
import { fault } from '../fault.ts';
import type { ProjectDesk } from '../projects/project-desk.ts';
import { hashOf } from '../secret-hash.ts';
import { iceServersFor, mintedTtlSec } from '../servers/ice-servers.ts';
import type { ServerList } from '../servers/server-list.ts';
import type { Reads } from '../store/projects-read.ts';
import { linkOf, withLink } from '../store/report-identity.ts';
import type { LinkRecord, Store, StoredLink } from '../store/store.ts';
import { graceMs, linkState } from './link-state.ts';

/** A check takes this long at most; its TURN credential must not run out meanwhile. */
const checkSec = 60;

export interface Claimed {
  readonly report: Envelope;
  readonly project: string;
}

export interface LinkDeskOptions {
  readonly store: Store;
  readonly servers: ServerList;
  readonly projects: Pick<ProjectDesk, 'demand' | 'isOpen'>;
  readonly now: () => Date;
  readonly onChange: (project: string) => void;
}

export class LinkDesk {
  readonly #options: LinkDeskOptions;

  constructor(options: LinkDeskOptions) {
    this.#options = options;
  }

  async list(reads: Reads): Promise<LinkView[]> {
    return (await this.#options.store.listLinks(reads)).map((link) => this.#view(link));
  }

  /** @param reachedBy see `ServerList.all` */
  async create(input: LinkInput, reachedBy: string, project: string): Promise<NewLink> {
    const { store, projects, now, onChange } = this.#options;
    await projects.demand(project, 'links');
    await this.#checkServers(input.servers, reachedBy, project);
    const createdAt = now();
    // 128 random bits: not to be guessed, however many links there are.
    const token = randomBytes(16).toString('base64url');
    const link: StoredLink = {
      id: `l${randomBytes(9).toString('base64url')}`,
      label: input.label,
      servers: input.servers,
      consent: input.consent,
      contact: input.contact,
      project,
      createdAt: createdAt.toISOString(),
      expiresAt: new Date(createdAt.getTime() + input.lifetimeHours * 3_600_000).toISOString(),
      revokedAt: null,
    };
    await store.addLink(link, hashOf(token));
    onChange(project);
    return { link: this.#view({ ...link, visits: 0, lastVisitAt: null }), path: `/t/${token}` };
  }

  async revoke(id: string, reads: Reads): Promise<LinkView> {
    const { store, now, onChange } = this.#options;
    await store.revokeLink(id, now(), reads);
    const link = (await this.list(reads)).find((each) => each.id === id);
    if (link === undefined) throw fault('not-found', `link ${id}`);
    onChange(link.project);
    return link;
  }

  /** The link of a token. Throws `link-unknown`, `link-expired` or `link-revoked`. */
  async open(token: string): Promise<StoredLink> {
    const link = this.#usable(await this.#find(token), 0);
    if (!(await this.#options.projects.isOpen(link.project))) throw fault('link-revoked');
    return link;
  }

  async forVisitor(token: string): Promise<VisitorLink> {
    const { expiresAt, consent, contact } = await this.open(token);
    return { expiresAt, consent, contact };
  }

  /** ICE servers of the link. Credentials that are made for it do not outlive it, but last for one check. */
  async iceServers(token: string, reachedBy: string): Promise<Pick<CheckConfig, 'iceServers' | 'hasRelay'>> {
    const { servers, expiresAt, project } = await this.open(token);
    const nowSec = Math.floor(this.#options.now().getTime() / 1000);
    const leftSec = Math.floor(Date.parse(expiresAt) / 1000) - nowSec;
    const lifeSec = Math.max(checkSec, Math.min(mintedTtlSec, leftSec));
    const all = await this.#options.servers.all(reachedBy, [project]);
    const chosen = all.filter(({ id }) => servers?.includes(id) ?? true);
    return iceServersFor(chosen, nowSec, lifeSec);
  }

  /**
   * The report with the link’s id in place of its token, so that no token is ever stored. A token that is none of
   * ours is left out: a report is a claim, and this part of it is not proven.
   * @param otherwise the project of a report that came by no link
   */
  async claim(report: Envelope, otherwise: string): Promise<Claimed> {
    const token = linkOf(report);
    const found = token === null ? null : await this.#find(token);
    if (found === null) return { report: withLink(report, null), project: otherwise };
    const { id, project } = this.#usable(found, graceMs);
    return { report: withLink(report, id), project };
  }

  #find(token: string): Promise<StoredLink | null> {
    return this.#options.store.findLink(hashOf(token));
  }

  #usable(link: StoredLink | null, extraMs: number): StoredLink {
    if (link === null) throw fault('link-unknown');
    const state = linkState(link, this.#options.now().getTime() - extraMs);
    if (state === 'revoked') throw fault('link-revoked');
    if (state === 'expired') throw fault('link-expired');
    return link;
  }

  async #checkServers(wanted: readonly string[] | null, reachedBy: string, project: string): Promise<void> {
    const known = new Set((await this.#options.servers.all(reachedBy, [project])).map(({ id }) => id));
    const unknown = wanted?.findIndex((id) => !known.has(id)) ?? -1;
    if (unknown >= 0) throw fault('not-found', `server ${wanted?.[unknown]}`, `servers.${unknown}`);
  }

  #view(link: LinkRecord): LinkView {
    return { ...link, state: linkState(link, this.#options.now().getTime()) };
  }
}
