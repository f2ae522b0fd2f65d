/** `--plan`: which checks would run, and what each sends. */
import { catalog, isSelected, type Selection } from '../turn/check/catalog.ts';
import type { Paint } from './style.ts';
import { renderTable } from './table.ts';
import { wrap } from './wrap.ts';

export function turnCheckPlanText(uri: string, selection: Selection, width: number, paint: Paint): string {
  const chosen = catalog.filter((check) => isSelected(check, selection));
  const lines = [
    paint('bold', `${chosen.length} checks of ${uri}`),
    renderTable({
      head: ['id', 'sent'].map((name) => paint('dim', name)),
      rows: chosen.map(({ id, sent }) => [id, sent]),
      width,
    }),
    '',
    ...wrap(
      'Everything goes to this server and to our own sockets. First one Binding and two Allocates; the rest only if it answers.',
      width,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
