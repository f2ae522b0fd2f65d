import yoctoSpinner from 'yocto-spinner';
import { type CopyProgress, copyStore } from '../service/store/copy/copy-store.ts';
import { serviceError } from './service-error.ts';

export interface CopyFlags {
  readonly replace?: boolean;
}

export async function copyToPostgres(
  file: string,
  url: string,
  { replace = false }: CopyFlags,
): Promise<void> {
  const progress = progressTo(process.stderr);
  try {
    const { resumed, rows } = await copyStore({ file, url, replace, onProgress: progress.tell });
    const { runs = 0, attempts = 0, links = 0, servers = 0 } = rows;
    const done = resumed ? 'resumed and ended' : 'copied';
    progress.end();
    process.stdout.write(
      `${done}: ${runs} runs with ${attempts} attempts, ${links} links, ${servers} servers\n`,
    );
  } catch (error) {
    progress.end();
    throw serviceError(error);
  }
}

/** A line now and then where nobody watches, and what just happens where somebody does. */
function progressTo(stream: NodeJS.WriteStream) {
  const spinner = stream.isTTY ? yoctoSpinner({ stream }).start() : null;
  let said = '';
  return {
    tell: ({ table, rows, total }: CopyProgress): void => {
      const text = `${table}: ${rows} of ${total}`;
      if (spinner !== null) spinner.text = text;
      const tenth = `${table} ${Math.floor((10 * rows) / total)}`;
      if (spinner === null && tenth !== said) stream.write(`${text}\n`);
      said = tenth;
    },
    end: () => void spinner?.stop(),
  };
}
