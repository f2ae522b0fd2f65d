import { Button, Switch } from '@mantine/core';
import { IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { ServerView } from '../../../contract/servers.ts';
import { useMay } from '../api/use-me.ts';
import { useSaveServer } from '../api/use-save-server.ts';
import { useTestServer } from '../api/use-test-server.ts';
import { Ago } from '../panels/ago.tsx';
import { words } from '../words.ts';
import { inputOf } from './server-draft.ts';
import classes from './servers.module.css';
import { UrlRow } from './url-row.tsx';

interface ServerCardProps {
  readonly server: ServerView;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

export function ServerCard({ server, onEdit, onDelete }: ServerCardProps) {
  const test = useTestServer();
  const save = useSaveServer();
  const mayEdit = useMay('operator');
  const editable = mayEdit && server.origin === 'screen';
  const problem = test.error ?? save.error;
  return (
    <li className={classes['card']}>
      <div className={classes['head']}>
        <div>
          <div className={classes['name']}>
            <h2>{server.label}</h2>
            <span className={classes['badge']} title={words.servers.originMeans[server.origin]}>
              {words.servers.origins[server.origin]}
            </span>
            {!server.enabled && <span className={classes['badge']}>{words.servers.disabled}</span>}
          </div>
          <p className={classes['meta']}>
            {words.servers.auth(server.auth, server.username)} ·{' '}
            {server.lastTest === null ? (
              words.servers.neverTested
            ) : (
              <>
                {words.servers.tested} <Ago at={server.lastTest.at} />
              </>
            )}
          </p>
        </div>
        <div className={classes['actions']}>
          {editable && (
            <Switch
              className={classes['switch'] ?? ''}
              label={words.servers.enabled}
              aria-label={words.servers.enabledOf(server.label)}
              checked={server.enabled}
              disabled={save.isPending}
              onChange={({ currentTarget }) =>
                save.mutate({ id: server.id, input: { ...inputOf(server), enabled: currentTarget.checked } })
              }
            />
          )}
          {mayEdit && (
            <Button
              size="xs"
              variant="light"
              loading={test.isPending}
              onClick={() => test.mutate(server.id)}
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              aria-label={words.servers.testOf(server.label)}
            >
              {words.servers.test}
            </Button>
          )}
          {editable && (
            <>
              <Button
                size="xs"
                variant="default"
                onClick={onEdit}
                leftSection={<IconPencil size={14} aria-hidden />}
                aria-label={words.servers.editOf(server.label)}
              >
                {words.servers.edit}
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={onDelete}
                leftSection={<IconTrash size={14} aria-hidden />}
                aria-label={words.servers.removeOf(server.label)}
              >
                {words.servers.remove}
              </Button>
            </>
          )}
        </div>
      </div>
      <div role="status">
        <span className="visually-hidden">{test.isPending ? words.servers.testing(server.label) : ''}</span>
        {problem !== null && <p className={classes['failure']}>{problem.message}</p>}
      </div>
      <ul className={classes['urls']}>
        {server.urls.map((url) => (
          <UrlRow key={url} url={url} lastTest={server.lastTest} testing={test.isPending} />
        ))}
      </ul>
    </li>
  );
}
