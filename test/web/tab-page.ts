/** What a test may ask of a page, whatever browser it is in. */

export interface Tab {
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>;
  /** What an expression of JavaScript gives, or its promise; it travels as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** @throws Error when the expression is not true within that time */
  waitFor(expression: string, timeoutMs: number): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** The whole page as PNG. */
  screenshot(path: string): Promise<void>;
  /** Errors that the page has logged. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

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
