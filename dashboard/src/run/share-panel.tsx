import { Button, Group, Switch } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import type { RunDetail } from '../../../contract/runs.ts';
import { rtcstatsDump } from '../export/rtcstats-dump.ts';
import { saveFile } from '../export/save-file.ts';
import { words } from '../words.ts';
import classes from './run.module.css';

interface SharePanelProps {
  /** As it is shown, so redacted where the switch is on. */
  readonly detail: RunDetail;
  readonly redacted: boolean;
  readonly redact: (on: boolean) => void;
}

const text = words.share;

/** What leaves the page, and whether it names people and hosts. */
export function SharePanel({ detail: { summary, report }, redacted, redact }: SharePanelProps) {
  return (
    <section className={classes['share']} aria-label={text.title}>
      <Switch
        label={text.redact}
        description={text.redactHint}
        checked={redacted}
        onChange={({ currentTarget }) => redact(currentTarget.checked)}
      />
      <Group gap="xs">
        {report.kind === 'visit-report' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saveFile(rtcstatsDump(report), text.rtcstatsFile(summary.id), 'application/jsonl')}
          >
            {text.rtcstats}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPrinter size={14} aria-hidden />}
          onClick={() => window.print()}
        >
          {text.print}
        </Button>
      </Group>
    </section>
  );
}
