import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Envelope } from '../../../contract/envelope.ts';
import { saveFile } from '../export/save-file.ts';
import { formatBytes } from '../format/measure.ts';
import { CopyButton } from '../panels/copy-button.tsx';
import { Panel } from '../panels/panel.tsx';
import { ScrollBox } from '../panels/scroll-box.tsx';
import { words } from '../words.ts';
import classes from './run.module.css';

/** The stored envelope, as `polynya probe --json` prints it. */
export function RawJson({ report, id }: { report: Envelope; id: string }) {
  const [open, fold] = useDisclosure(false);
  const text = useMemo(() => `${JSON.stringify(report, null, 2)}\n`, [report]);
  const Chevron = open ? IconChevronUp : IconChevronDown;
  return (
    <Panel
      title={words.raw.title}
      hint={words.raw.hint(formatBytes(new Blob([text]).size))}
      actions={
        <Group gap="xs">
          <CopyButton text={() => text}>{words.raw.copy}</CopyButton>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saveFile(text, `polynya-${report.kind}-${id}.json`)}
          >
            {words.raw.download}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<Chevron size={14} aria-hidden />}
            aria-expanded={open}
            onClick={fold.toggle}
          >
            {open ? words.raw.hide : words.raw.show}
          </Button>
        </Group>
      }
    >
      {open && (
        <ScrollBox label={words.raw.title} className={classes['json']} maxHeight="32rem">
          <pre>{text}</pre>
        </ScrollBox>
      )}
    </Panel>
  );
}
