/** Nothing on this page waits for ever. */

export class DeadlineError extends Error {
  constructor(what: string, ms: number) {
    super(`${what}: nothing within ${ms / 1000} s`);
    this.name = 'DeadlineError';
  }
}

/** Rejects with a DeadlineError when `promise` has not settled in time. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(what, ms)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
