/**
 * Looks twenty times a second, in the page: its policy forbids the `eval` that Playwright’s `waitForFunction` needs.
 * @throws Error when the expression is not true within that time
 */
export async function waitUntil(
  evaluate: (expression: string) => Promise<unknown>,
  expression: string,
  timeoutMs: number,
): Promise<void> {
  const found = await evaluate(`new Promise((resolve) => {
    const endMs = performance.now() + ${timeoutMs};
    const look = () => {
      if (${expression}) resolve(true);
      else if (performance.now() > endMs) resolve(false);
      else setTimeout(look, 50);
    };
    look();
  })`);
  if (found !== true) throw new Error(`not within ${timeoutMs} ms: ${expression}`);
}
