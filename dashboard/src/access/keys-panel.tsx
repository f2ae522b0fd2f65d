import { Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { KeyView, NewKey } from '../../../contract/access/keys.ts';
import { useKeys, useWithdrawKey } from '../api/use-keys.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { KeyForm } from './key-form.tsx';
import { KeyMade } from './key-made.tsx';
import { KeyTable } from './key-table.tsx';

const text = words.keys;

type Dialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'made'; readonly made: NewKey }
  | { readonly kind: 'withdraw'; readonly key: KeyView };

export function KeysPanel() {
  const keys = useKeys();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  return (
    <Panel
      title={text.title}
      hint={text.hint}
      actions={
        <Button onClick={() => setDialog({ kind: 'add' })} leftSection={<IconPlus size={18} aria-hidden />}>
          {text.add}
        </Button>
      }
    >
      <LoadPanel query={keys} rows={3}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconKey} title={text.none} text={text.noneText} />
          ) : (
            <KeyTable keys={list} onWithdraw={(key) => setDialog({ kind: 'withdraw', key })} />
          )
        }
      </LoadPanel>
      {dialog?.kind === 'add' && (
        <KeyForm onMade={(made) => setDialog({ kind: 'made', made })} onClose={close} />
      )}
      {dialog?.kind === 'made' && <KeyMade made={dialog.made} onClose={close} />}
      {dialog?.kind === 'withdraw' && <WithdrawKey withdrawn={dialog.key} onClose={close} />}
    </Panel>
  );
}

function WithdrawKey({ withdrawn: { id, name }, onClose }: { withdrawn: KeyView; onClose: () => void }) {
  return (
    <ConfirmChange
      title={text.withdrawTitle}
      text={text.withdrawText(name)}
      action={text.withdrawSure}
      change={useWithdrawKey()}
      id={id}
      onClose={onClose}
    />
  );
}
