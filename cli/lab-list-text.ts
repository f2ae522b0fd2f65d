import { columns } from './columns.ts';
import { catalogNames, loadScenario } from './load-scenario.ts';
import { painter } from './style.ts';
import { wrap } from './wrap.ts';

export function labListText(): string {
  const paint = painter(process.stdout);
  const width = columns() - 4;
  const entries = catalogNames().map((name) => {
    const { scenario, cells } = loadScenario(name);
    const about = wrap(scenario.about, width).map((line) => `    ${line}`);
    return [
      `${paint('bold', name)}  ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`,
      ...about,
    ].join('\n');
  });
  return `${entries.join('\n')}\n`;
}
