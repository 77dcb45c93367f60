import { randomBytes } from 'node:crypto';
import { secretVersions } from '../aws/secret-versions';
import { type RotationEvent, rotate } from './rotate';

const versions = secretVersions();

export const handler = (event: RotationEvent): Promise<void> =>
  rotate(event, { versions, now: Date.now, newSecret: () => randomBytes(48).toString('base64url') });
