import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useLinks } from '../api/use-links.ts';
import { words } from '../words.ts';
import { type Narrowing, narrowings, type RunFilter } from './run-filter.ts';

interface NarrowedByProps {
  readonly filter: Pick<RunFilter, Narrowing>;
  readonly change: (part: Partial<RunFilter>) => void;
}

/** The filters that led here, each with a way to be rid of it. */
export function NarrowedBy({ filter, change }: NarrowedByProps) {
  const given = narrowings.filter((name) => filter[name] !== undefined);
  if (given.length === 0) return null;
  return (
    <Group gap="xs" mb="md" role="group" aria-label={words.narrowed.title}>
      {given.map((name) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          rightSection={<IconX size={14} aria-hidden />}
          onClick={() => change({ [name]: undefined, page: 1 })}
        >
          <NarrowingName name={name} filter={filter} />
          <span className="visually-hidden">&nbsp;{words.narrowed.remove}</span>
        </Button>
      ))}
    </Group>
  );
}

function NarrowingName({ name, filter }: { name: Narrowing; filter: NarrowedByProps['filter'] }) {
  const links = useLinks();
  const { link, nat, server, outcome, cause, finding } = filter;
  const { narrowed } = words;
  if (name === 'link') return narrowed.link(links.data?.find(({ id }) => id === link)?.label ?? link ?? '');
  if (name === 'nat' && nat !== undefined) return narrowed.nat(words.natClasses[nat]);
  if (name === 'server') return narrowed.server(server ?? '');
  if (name === 'outcome' && outcome !== undefined) return narrowed.outcomes[outcome];
  if (name === 'cause') return narrowed.cause(cause ?? '');
  if (name === 'finding') return narrowed.finding(finding ?? '');
  return narrowed.visitor;
}
