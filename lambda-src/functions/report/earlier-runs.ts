import { LAYOUT, type RunRef } from '../../../src/private/contract';
import type { Files, Folders } from '../../domain/ports';
import type { Summary } from './summary';

/** The maximum number of earlier runs that a report compares a run with. */
const MOST = 8;

/** A run's folder in its campaign's, such as `0003-20261128T044100Z/`. */
const RUN = /(\d{4,})-\d{8}T\d{6}Z\/$/;

/** Reads the summaries of the campaign's last completed runs before this one, oldest first. */
export async function earlierRuns(
  { folder, run }: RunRef,
  { files, folders }: { readonly files: Files; readonly folders: Folders },
): Promise<readonly Summary[]> {
  if (run < 2) return [];
  const campaignFolder = folder.replace(RUN, '');
  const before = (await folders.list(campaignFolder))
    // It also holds the folders of campaigns such as `may/2027`, beside the runs of `may`.
    .flatMap((name) => {
      const number = RUN.exec(name.slice(campaignFolder.length))?.[1];
      return number !== undefined && Number(number) < run && name.slice(campaignFolder.length).split('/').length === 2
        ? [{ name, number: Number(number) }]
        : [];
    })
    .sort((a, b) => a.number - b.number);
  const completed: Summary[] = [];
  while (completed.length < MOST && before.length > 0) {
    const texts = await Promise.all(before.splice(-MOST).map(({ name }) => files.text(`${name}${LAYOUT.summary}`)));
    const summaries = texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as Summary]));
    completed.unshift(...summaries.filter(({ status }) => status === 'completed'));
  }
  return completed.slice(-MOST);
}
