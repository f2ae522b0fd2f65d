/** `/room`: an operator makes a room and is taken to it, or to one that is open. */
import {
  closeRoom,
  createRoom,
  listProjects,
  listRooms,
  type RoomPath,
  type RoomTicket,
} from '../../rooms/io/index.ts';
import { byId, type Child, element, table } from '../check/dom.ts';
import { keptProject } from '../src/shell/keep-project.ts';
import { pathName, roomWords } from './room-words.ts';

export class CreateForm {
  readonly #service: string;
  readonly #tell: (text: string) => void;
  #paths: readonly RoomPath[] = [];

  constructor(service: string, tell: (text: string) => void) {
    this.#service = service;
    this.#tell = tell;
  }

  /** Never rejects. */
  async show(): Promise<void> {
    byId('create').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#attempt(() => this.#create());
    });
    await this.#attempt(async () => {
      const [{ paths }] = await Promise.all([this.#draw(), this.#offerProjects()]);
      this.#paths = paths;
      fillPaths(byId('create-path'), paths, null);
      byId('create').hidden = false;
    });
  }

  async #create(): Promise<void> {
    const path = this.#paths[Number(fieldValue('create-path'))];
    if (path === undefined) return;
    const size = Number(fieldValue('create-size'));
    const project = fieldValue('create-project') || undefined;
    location.href = linkTo(await createRoom(this.#service, { path, size }, project));
  }

  /** Where there is only one, there is nothing to choose. The one that the dashboard shows is chosen already. */
  async #offerProjects(): Promise<void> {
    const open = (await listProjects(this.#service)).filter(({ archivedAt }) => archivedAt === null);
    if (open.length < 2) return;
    const kept = keptProject();
    byId('create-project').replaceChildren(
      ...open.map(({ id, name }) =>
        element('option', { value: id, ...(id === kept ? { selected: '' } : {}) }, name),
      ),
    );
    byId('create-project-field').hidden = false;
  }

  async #close(room: string): Promise<void> {
    await closeRoom(this.#service, room);
    await this.#draw();
  }

  async #draw(): ReturnType<typeof listRooms> {
    const list = await listRooms(this.#service);
    const rows = list.rooms.map((ticket): Child[] => {
      const { id, path, members, size } = ticket.room;
      const close = element('button', { type: 'button', 'data-close': id }, roomWords.close);
      close.addEventListener('click', () => void this.#attempt(() => this.#close(id)));
      return [
        element('a', { href: linkTo(ticket) }, ticket.room.name || id),
        pathName(path),
        `${members.filter(({ kind }) => kind !== 'media-server').length} / ${size}`,
        close,
      ];
    });
    const shown = table(element('h2', {}, roomWords.openTitle), roomWords.openHeadings, rows);
    byId('rooms').replaceChildren(...(rows.length === 0 ? [] : [shown]));
    return list;
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }
}

function linkTo({ room, joinToken }: RoomTicket): string {
  return `/room/${room.id}#${joinToken}`;
}

/** Options by number, since a path is more than a word. */
export function fillPaths(select: HTMLElement, paths: readonly RoomPath[], chosen: RoomPath | null): void {
  const wanted = JSON.stringify(chosen);
  select.replaceChildren(
    ...paths.map((path, index) => {
      const isChosen = JSON.stringify(path) === wanted ? { selected: '' } : {};
      return element('option', { value: String(index), ...isChosen }, pathName(path));
    }),
  );
}

export function fieldValue(id: string): string {
  const field = byId(id);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : '';
}
