/** Whether files that are compared with are to be written anew. Under CI they never are: the comparison would always pass. */
export function isRenewing(env: { readonly [name: string]: string | undefined }): boolean {
  if (env.MAILMATRIX_GOLDEN === undefined) return false;
  if (env.MAILMATRIX_GOLDEN !== 'renew') {
    throw new Error(`MAILMATRIX_GOLDEN must be "renew" or not set, got "${env.MAILMATRIX_GOLDEN}"`);
  }
  if (env.CI) throw new Error('Golden files are not renewed under CI. Unset CI, renew them, and commit what changed');
  return true;
}
