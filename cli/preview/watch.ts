import { type FSWatcher, watch as watchPath } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Debounces changes, because an editor writes several times for one save. */
const QUIET_MILLISECONDS = 80;

/** Calls `changed` on changes in a folder, if there is one, or of a file. Watches the file's folder, because editors replace the file. */
export function watch(folder: string | undefined, file: string | undefined, changed: () => void): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MILLISECONDS);
  };
  const watchers: FSWatcher[] = folder === undefined ? [] : [watchPath(folder, { recursive: true }, soon)];
  if (file !== undefined) watchers.push(watchPath(dirname(file), (_, name) => name === basename(file) && soon()));
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
