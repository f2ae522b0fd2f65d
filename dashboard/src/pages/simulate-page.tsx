import { Button, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Population } from '../../../contract/population.ts';
import { saveFile } from '../export/save-file.ts';
import { CopyButton } from '../panels/copy-button.tsx';
import { Lines } from '../panels/lines.tsx';
import { Notice } from '../panels/notice.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { useSearchState } from '../search/use-search.ts';
import { AnswerPanel } from '../simulate/answer-panel.tsx';
import { AnswerTables } from '../simulate/answer-tables.tsx';
import { askedPopulation } from '../simulate/asked-population.ts';
import { CostPanel } from '../simulate/cost-panel.tsx';
import { CurvesPanel } from '../simulate/curves-panel.tsx';
import type { Answered, Question } from '../simulate/engine.ts';
import { presets } from '../simulate/presets.ts';
import { QuestionForm } from '../simulate/question-form.tsx';
import { roomsDrawn } from '../simulate/rooms-drawn.ts';
import classes from '../simulate/simulate.module.css';
import { type SimulateSearch, simulateSearchSchema } from '../simulate/simulate-search.ts';
import { useAnswer } from '../simulate/use-answer.ts';
import { words } from '../words.ts';

const text = words.simulate;
const seed = 1;
/** A slider that is being pulled is no question yet. */
const restMs = 150;

export function SimulatePage() {
  const [search, change] = useSearchState(simulateSearchSchema);
  const preset = presets.find(({ name }) => name === search.preset) ?? presets[0];
  return (
    <>
      <PageHead title={text.title} hint={text.hint} />
      {preset !== undefined && <Simulation preset={preset} search={search} change={change} />}
    </>
  );
}

interface SimulationProps {
  readonly preset: Population;
  readonly search: SimulateSearch;
  readonly change: (part: Partial<SimulateSearch>) => void;
}

function Simulation({ preset, search, change }: SimulationProps) {
  const chosen = useMemo((): Question => {
    const population = askedPopulation(preset, search);
    return { population, rooms: roomsDrawn(population), seed };
  }, [preset, search]);
  const [question] = useDebouncedValue(chosen, restMs);
  const { answered, busy, problem } = useAnswer(question);
  return (
    <Stack gap="md">
      <Panel title={text.question.title} hint={text.question.hint}>
        <Stack gap="md">
          <QuestionForm preset={preset} search={search} change={change} />
          <Actions question={question} answered={answered} reset={() => change(unchanged)} />
        </Stack>
      </Panel>
      {problem !== null && (
        <Notice tone="bad" role="alert" title={text.failed}>
          <p>{problem}</p>
        </Notice>
      )}
      {answered === null ? (
        busy && <p role="status">{text.working}</p>
      ) : (
        <AnswerPart answered={answered} busy={busy} search={search} change={change} />
      )}
    </Stack>
  );
}

/** All but the preset. */
const unchanged: Partial<SimulateSearch> = {
  mix: undefined,
  v6: undefined,
  blocked: 0,
  paths: undefined,
  size: undefined,
  turn: undefined,
  sfu: undefined,
};

interface ActionsProps {
  readonly question: Question;
  readonly answered: Answered | null;
  readonly reset: () => void;
}

function Actions({ question: { population }, answered, reset }: ActionsProps) {
  const save = (value: unknown, name: string) => saveFile(`${JSON.stringify(value, null, 2)}\n`, name);
  const button = (label: string, onClick: () => void, Icon: typeof IconDownload) => (
    <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />} onClick={onClick}>
      {label}
    </Button>
  );
  return (
    <div>
      <div className={classes['actions']}>
        <CopyButton text={() => window.location.href}>{text.question.link}</CopyButton>
        {answered !== null &&
          button(
            text.question.json,
            () => save(answered.report, `${population.name}-answer.json`),
            IconDownload,
          )}
        {button(text.question.population, () => save(population, `${population.name}.yaml`), IconDownload)}
        {button(text.question.reset, reset, IconRefresh)}
      </div>
      <p className={classes['about']}>{text.question.populationHint}</p>
    </div>
  );
}

interface AnswerPartProps extends Omit<SimulationProps, 'preset'> {
  readonly answered: Answered;
  readonly busy: boolean;
}

function AnswerPart({ answered: { report, curves }, busy, search, change }: AnswerPartProps) {
  const { body } = report;
  const { headline } = body;
  return (
    <>
      <Notice tone={headline.status} role="status" title={headline.sentence}>
        {headline.advice.map((advice) => (
          <p key={advice}>{advice}</p>
        ))}
        {busy && <p>{text.working}</p>}
      </Notice>
      <AnswerPanel body={body} />
      <CurvesPanel points={curves.points} upTo={search.upTo} change={change} />
      <CostPanel curves={curves} largest={Number(search.upTo)} currency={body.population.prices.currency} />
      <AnswerTables body={body} />
      <Panel title={text.about}>
        <Lines lines={body.notes} />
      </Panel>
    </>
  );
}
