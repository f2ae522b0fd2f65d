import { Button, Center, Stack } from '@mantine/core';
import { IconHistory, IconListSearch } from '@tabler/icons-react';
import { auditFilterSchema, isAuditFiltered } from '../access/audit-filter.ts';
import { AuditFilters } from '../access/audit-filters.tsx';
import { AuditTable } from '../access/audit-table.tsx';
import { May } from '../access/may.tsx';
import { useAudit } from '../api/use-audit.ts';
import { BackLink } from '../panels/back-link.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Notice } from '../panels/notice.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const text = words.audit;

/** Who changed what, and who was refused. */
export function AuditPage() {
  return (
    <>
      <BackLink href="/settings">{words.settings.title}</BackLink>
      <PageHead title={text.title} hint={text.hint} />
      <May who="admin" whole otherwise={<Notice tone="info" title={words.roles.adminsOnly} />}>
        <AuditPanel />
      </May>
    </>
  );
}

function AuditPanel() {
  const [filter, change] = useSearchState(auditFilterSchema);
  const audit = useAudit(filter);
  return (
    <Panel title={text.listTitle}>
      <AuditFilters filter={filter} change={change} />
      <LoadPanel query={audit} rows={8}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyState
              icon={isAuditFiltered(filter) ? IconListSearch : IconHistory}
              title={isAuditFiltered(filter) ? text.noMatch : text.none}
              text={isAuditFiltered(filter) ? text.noMatchText : text.noneText}
            />
          ) : (
            <Stack gap="md" aria-busy={audit.isPlaceholderData}>
              <AuditTable entries={entries} />
              {audit.hasNextPage && (
                <Center>
                  <Button
                    variant="default"
                    loading={audit.isFetchingNextPage}
                    onClick={() => void audit.fetchNextPage()}
                  >
                    {text.older}
                  </Button>
                </Center>
              )}
            </Stack>
          )
        }
      </LoadPanel>
    </Panel>
  );
}
