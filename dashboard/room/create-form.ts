/** `/room`: an administrator makes a room and is taken to it. */
import { createRoom, listPaths, RoomError, type RoomPath } from '../../rooms/io/index.ts';
import { byId, element } from '../check/dom.ts';
import { pathName } from './room-words.ts';

/** Never rejects. */
export async function showCreateForm(service: string, tell: (text: string) => void): Promise<void> {
  const form = byId('create');
  try {
    const paths = await listPaths(service);
    fillPaths(byId('create-path'), paths, null);
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void create(service, paths, tell);
    });
  } catch (error) {
    tell(error instanceof RoomError ? error.message : String(error));
  }
}

async function create(
  service: string,
  paths: readonly RoomPath[],
  tell: (text: string) => void,
): Promise<void> {
  const path = paths[Number(fieldValue('create-path'))];
  if (path === undefined) return;
  try {
    const { room, joinToken } = await createRoom(service, { path, size: Number(fieldValue('create-size')) });
    location.href = `/room/${room.id}#${joinToken}`;
  } catch (error) {
    tell(error instanceof RoomError ? error.message : String(error));
  }
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
