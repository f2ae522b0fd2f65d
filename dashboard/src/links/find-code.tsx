import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { readCode, showCode } from '../../../contract/report-code.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { call } from '../api/call.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import classes from './links.module.css';

const text = words.findCode;

/** From the code that a visitor reads out to the report. */
export function FindCode() {
  const [typed, setTyped] = useState('');
  const [misread, setMisread] = useState(false);
  const [, navigate] = useLocation();
  const find = useMutation({ mutationFn: (code: string) => call('findReport', { query: { code } }) });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const code = readCode(typed);
    setMisread(code === null);
    find.reset();
    if (code !== null) find.mutate(code, { onSuccess: ({ id }) => navigate(`/runs/${id}`) });
  }

  return (
    <Panel title={text.title}>
      <form className={classes['find']} onSubmit={submit} noValidate>
        <TextInput
          label={text.label}
          description={text.hint}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          error={misread ? text.notACode : problemText(find.error, typed)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
        />
        <Button type="submit" loading={find.isPending}>
          {text.submit}
        </Button>
      </form>
    </Panel>
  );
}

function problemText(error: Error | null, typed: string): string | null {
  if (error === null) return null;
  if (error instanceof ApiProblem && error.status === 404) {
    return text.notFound(showCode(readCode(typed) ?? typed));
  }
  return error.message;
}
