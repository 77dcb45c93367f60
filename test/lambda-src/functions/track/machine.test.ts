import { isMachine } from '../../../../lambda-src/functions/track/machine';

test.each([
  ['Mozilla/5.0', true],
  ['python-requests/2.32.3', true],
  ['Go-http-client/1.1', true],
  ['Barracuda Sentinel (EE)', true],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36', true],
  ['Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)', false],
  ['YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html', false],
  ['Outlook-iOS/723.1', false],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    false,
  ],
  [undefined, false],
])('%s: %s', (userAgent, machine) => {
  expect(isMachine({ userAgent })).toBe(machine);
});

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
test.each([
  ['Likely', PHONE, true],
  ['Unlikely', PHONE, false],
  ['Unlikely', 'Mozilla/5.0', false],
  ['Unlikely', 'python-requests/2.32.3', true],
  ['Perhaps', PHONE, false],
  ['Perhaps', 'Mozilla/5.0', true],
])('SES says %s, the user agent is %s: %s', (isBotEvent, userAgent, machine) => {
  expect(isMachine({ isBotEvent, userAgent })).toBe(machine);
});

test('nothing is known of an event without either', () => {
  expect(isMachine(undefined)).toBe(false);
});
