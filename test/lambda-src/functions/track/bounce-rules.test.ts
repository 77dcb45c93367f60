import { optedOutOfAny, readPreferences } from '../../../../lambda-src/domain/consent/preferences';
import { BOUNCE_RULES, type TrackingSettings } from '../../../../src/private/contract';
import { recipientFor } from '../../../support/run';
import { world } from './harness';

test('the mailer’s own rules decide on soft bounces', async () => {
  const optedOut = async (settings: Partial<TrackingSettings>) => {
    const { claimed, batch, store } = await world(settings);
    await claimed(1);
    await batch([[1, 'soft-bounce']]);
    return optedOutOfAny(await readPreferences([recipientFor(1)], store), 'news')?.source;
  };
  expect(await optedOut({})).toBeUndefined();
  const bounceRules = { ...BOUNCE_RULES, softBounces: 1, softBounceDays: 0 };
  expect(await optedOut({ bounceRules })).toBe('soft_bounces');
});
