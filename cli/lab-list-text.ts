import { columns } from './columns.ts';
import { catalogNames, loadScenario } from './load-scenario.ts';
import { painter } from './style.ts';
import { indented } from './wrap.ts';

export function labListText(): string {
  const paint = painter(process.stdout);
  const width = columns();
  const entries = catalogNames().map((name) => {
    const { scenario, cells } = loadScenario(name);
    const about = indented(scenario.about, width, 4);
    return [
      `${paint('bold', name)}  ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`,
      ...about,
    ].join('\n');
  });
  return `${entries.join('\n')}\n`;
}
