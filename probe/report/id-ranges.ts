/** Many evidence ids in little room: `n1, n2, n3, n12` reads `n1–n3, n12`. */
export function idRanges(ids: readonly string[]): string {
  const parsed = ids.map((id) => {
    const [, stem = id, number] = /^(.*?)(\d+)$/.exec(id) ?? [];
    return { id, stem, number: number === undefined ? null : Number(number) };
  });
  const stems = [...new Set(parsed.map(({ stem }) => stem))];
  parsed.sort((a, b) => stems.indexOf(a.stem) - stems.indexOf(b.stem) || (a.number ?? 0) - (b.number ?? 0));
  const runs: { first: string; last: string; stem: string; next: number | null; length: number }[] = [];
  for (const { id, stem, number } of parsed) {
    const run = runs.at(-1);
    if (run?.last === id) continue;
    if (run !== undefined && run.stem === stem && number !== null && run.next === number) {
      run.last = id;
      run.next = number + 1;
      run.length += 1;
    } else {
      runs.push({ first: id, last: id, stem, next: number === null ? null : number + 1, length: 1 });
    }
  }
  return runs
    .map(({ first, last, length }) => {
      if (length === 1) return first;
      return length === 2 ? `${first}, ${last}` : `${first}–${last}`;
    })
    .join(', ');
}
