import { transports } from '../../../contract/basics.ts';
import { type MonitorView, monitorStates } from '../../../contract/fleet/monitor.ts';
import { anyChoice, FilterBar, type FilterChoice, FilterSelect } from '../search/filter-bar.tsx';
import { words } from '../words.ts';
import { type MonitorFilter, monitorFilterSchema, noMonitorFilter } from './monitor-filter.ts';

interface MonitorFiltersProps {
  readonly filter: MonitorFilter;
  readonly change: (part: Partial<MonitorFilter>) => void;
  readonly monitors: readonly MonitorView[];
}

const { filters: text, states } = words.monitors;

/** What the list is narrowed to; servers and regions are those of the monitors. */
export function MonitorFilters({ filter, change, monitors }: MonitorFiltersProps) {
  const servers = new Map(
    monitors.flatMap(({ server, serverLabel }) => (server === null ? [] : [[server, serverLabel ?? server]])),
  );
  const regions = [...new Set(monitors.flatMap((monitor) => monitor.regions))].toSorted();
  const choices: Readonly<Record<keyof MonitorFilter, readonly FilterChoice[]>> = {
    state: monitorStates.map((value) => ({ value, label: states[value] })),
    server: [...servers].map(([value, label]) => ({ value, label })),
    region: regions.map((value) => ({ value, label: value })),
    transport: transports.map((value) => ({ value, label: words.transports[value] })),
  };
  const names = Object.keys(choices) as (keyof MonitorFilter)[];
  const isFiltered = names.some((name) => filter[name] !== undefined);
  return (
    <FilterBar title={text.title} clear={isFiltered ? () => change(noMonitorFilter) : undefined}>
      {names.map((name) => (
        <FilterSelect
          key={name}
          label={text[name]}
          value={filter[name] ?? ''}
          data={[anyChoice, ...withChosen(choices[name], filter[name])]}
          // The schema drops what it does not know.
          change={(chosen) => change(monitorFilterSchema.parse({ ...filter, [name]: chosen }))}
        />
      ))}
    </FilterBar>
  );
}

/** What the URL asks for is in the list, also where no monitor has it any more. */
function withChosen(choices: readonly FilterChoice[], chosen: string | undefined): readonly FilterChoice[] {
  if (chosen === undefined || choices.some(({ value }) => value === chosen)) return choices;
  return [{ value: chosen, label: chosen }, ...choices];
}
