import { useState } from 'react';

/** What a form holds while it is edited. Problems of a field show as soon as it was touched. */
export function useDraft<Draft extends object>(first: () => Draft) {
  const [draft, setDraft] = useState(first);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const touch = (names: readonly string[]) => setTouched(new Set([...touched, ...names]));
  return {
    draft,
    set: (part: Partial<Draft>) => {
      setDraft({ ...draft, ...part });
      touch(Object.keys(part));
    },
    /** Say what is wrong with these, touched or not. */
    touch,
    isTouched: (name: string) => touched.has(name),
  };
}
