import { type FSWatcher, watch as watchPath } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor that saves writes several times. */
const QUIET_MILLISECONDS = 80;

/** Tells of changes in a folder, and of a file by its folder, because editors replace a file by another. */
export function watch(folder: string, file: string | undefined, changed: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MILLISECONDS);
  };
  const watchers: FSWatcher[] = [watchPath(folder, { recursive: true }, soon)];
  if (file !== undefined) watchers.push(watchPath(dirname(file), (_, name) => name === basename(file) && soon()));
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
