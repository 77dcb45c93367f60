import { engagementOf, trackingHost, withEngagement } from '../../../local/ses/engagement';

const none = { types: new Set<string>(), ofAccount: false };

test.each([
  ['nothing', {}, none, false, false],
  ['the event destination', {}, { ...none, types: new Set(['OPEN', 'SEND']) }, true, false],
  ['the account', {}, { ...none, ofAccount: true }, true, true],
  ['the configuration set against the account', {}, { ...none, ofAccount: true, ofSet: 'DISABLED' }, false, false],
  ['the configuration set', {}, { ...none, ofSet: 'ENABLED' }, true, true],
  [
    'the request against the account',
    { OpenTrackingEnabled: 'DISABLED', ClickTrackingEnabled: 'DISABLED' },
    { types: new Set(['OPEN', 'CLICK']), ofAccount: true, ofSet: 'ENABLED' },
    false,
    false,
  ],
  ['the request', { OpenTrackingEnabled: 'ENABLED', ClickTrackingEnabled: 'ENABLED' }, none, true, true],
  ['one half of the request', { OpenTrackingEnabled: 'DISABLED' }, { ...none, ofAccount: true }, false, true],
] as const)('what %s says is tracked', (_, overrides, settings, opens, clicks) => {
  expect(engagementOf(overrides, settings)).toEqual({ opens, clicks });
});

const HTML = [
  '<body><a href="https://shop.example.com/?a=1&amp;b=2">Shop</a>',
  "<a class='x' href='http://example.com'>Plain</a>",
  '<a href="https://x.example/u/k1.abc" ses:no-track>Unsubscribe</a>',
  '<a href="mailto:news@example.com">Mail</a><a href="#top">Top</a></body>',
].join('\n');

test('clicks redirect links of HTTP alone, except those that say ses:no-track', () => {
  expect(withEngagement(HTML, { opens: false, clicks: true }, trackingHost(), 'm').split('\n')).toEqual([
    '<body><a href="https://local.r.us-east-1.awstrack.me/L0/https%3A%2F%2Fshop.example.com%2F%3Fa%3D1%26b%3D2/1/m">Shop</a>',
    '<a class=\'x\' href="https://local.r.us-east-1.awstrack.me/L0/http%3A%2F%2Fexample.com/2/m">Plain</a>',
    '<a href="https://x.example/u/k1.abc">Unsubscribe</a>',
    '<a href="mailto:news@example.com">Mail</a><a href="#top">Top</a></body>',
  ]);
});

test('opens add an image at the end, on the configuration set’s own domain if it has one', () => {
  const html = withEngagement(HTML, { opens: true, clicks: false }, trackingHost('links.example.com'), 'm');
  expect(html).toBe(
    HTML.replace(
      '</body>',
      '<img alt="" src="https://links.example.com/I0/m" style="display: none; width: 1px; height: 1px;"></body>',
    ),
  );
  expect(withEngagement('<p>Hi</p>', { opens: true, clicks: false }, 'h', 'm')).toMatch(/^<p>Hi<\/p><img alt=""/);
  expect(withEngagement(HTML, { opens: false, clicks: false }, 'h', 'm')).toBe(HTML);
});
