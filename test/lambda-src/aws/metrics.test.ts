import { emfMetrics } from '../../../lambda-src/aws/metrics';
import { ENV } from '../../../src/private/contract';

test('a line that CloudWatch makes metrics of: one dimension, the mailer, and nothing else', () => {
  process.env[ENV.mailer] = 'Mail/Mailer';
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    const metrics = emfMetrics();
    metrics.count('Sent', 2);
    metrics.count('Sent');
    metrics.gauge('InDoubtShare', 0.5);
    metrics.flush();
    metrics.flush();
  } finally {
    write.mockRestore();
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0])).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'MailMatrix',
          Dimensions: [['Mailer']],
          Metrics: [
            { Name: 'Sent', Unit: 'Count' },
            { Name: 'InDoubtShare', Unit: 'Percent' },
          ],
        },
      ],
    },
    Mailer: 'Mail/Mailer',
    Sent: 3,
    InDoubtShare: 0.5,
  });
});
