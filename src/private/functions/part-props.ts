import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as ses from 'aws-cdk-lib/aws-ses';
import type { RuntimeOptions } from '../../runtime';
import type { Sender } from '../../sender';
import type { TrackingOptions } from '../../tracking-options';
import type { Settings } from '../contract';
import type { NoticeTopic } from '../monitoring/notice-topics';

/** Properties that all parts of a mailer share. */
export interface PartProps {
  /** Value of the metrics' dimension `Mailer`. */
  readonly metricDimension: string;
  readonly settings: Settings;
  readonly sender: Sender;
  /** Bare From addresses of all templates. */
  readonly fromAddresses: readonly string[];
  readonly tracking: TrackingOptions;
  readonly bucket: s3.IBucket;
  readonly ledger: dynamodb.ITable;
  /** Topics of reports and alerts. */
  readonly topics: readonly NoticeTopic[];
  readonly configurationSet: ses.ConfigurationSet;
  readonly logGroup: logs.ILogGroup;
  readonly encryptionKey?: kms.IKey;
  readonly runtime: RuntimeOptions;
}
