import { Button, Stack } from '@mantine/core';
import { IconLink, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { LinkView, NewLink } from '../../../contract/links.ts';
import { May } from '../access/may.tsx';
import { useLinks } from '../api/use-links.ts';
import { FindCode } from '../links/find-code.tsx';
import { LinkForm } from '../links/link-form.tsx';
import { LinkMade } from '../links/link-made.tsx';
import { LinkTable } from '../links/link-table.tsx';
import { RevokeLink } from '../links/revoke-link.tsx';
import { VisitsNow } from '../links/visits-now.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';

type Dialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'made'; readonly made: NewLink }
  | { readonly kind: 'revoke'; readonly link: LinkView };

export function LinksPage() {
  const links = useLinks();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const add = (
    <May who="operator">
      <Button onClick={() => setDialog({ kind: 'add' })} leftSection={<IconPlus size={18} aria-hidden />}>
        {words.links.add}
      </Button>
    </May>
  );
  return (
    <>
      <PageHead title={words.links.title} hint={words.links.hint} actions={add} />
      <Stack gap="md">
        <FindCode />
        <VisitsNow links={links.data ?? []} />
        <Panel title={words.links.listTitle}>
          <LoadPanel query={links} rows={4}>
            {(list) =>
              list.length === 0 ? (
                <EmptyState icon={IconLink} title={words.links.none} text={words.links.noneText} />
              ) : (
                <LinkTable links={list} onRevoke={(link) => setDialog({ kind: 'revoke', link })} />
              )
            }
          </LoadPanel>
        </Panel>
      </Stack>
      {dialog?.kind === 'add' && (
        <LinkForm onMade={(made) => setDialog({ kind: 'made', made })} onClose={close} />
      )}
      {dialog?.kind === 'made' && <LinkMade made={dialog.made} onClose={close} />}
      {dialog?.kind === 'revoke' && <RevokeLink link={dialog.link} onClose={close} />}
    </>
  );
}
