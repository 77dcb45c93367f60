import { randomBytes } from 'node:crypto';
import { redactErrors } from '../../aws/redact-errors';
import { secretVersions } from '../../aws/secret-versions';
import { type RotationEvent, rotate } from './rotate';

const versions = secretVersions();

export const handler = redactErrors(
  (event: RotationEvent): Promise<void> =>
    rotate(event, { versions, now: Date.now, newSecret: () => randomBytes(48).toString('base64url') }),
);
