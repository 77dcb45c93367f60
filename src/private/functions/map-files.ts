import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { mapsOf, reportsOf } from '../contract';

/** A mailer's part of a bucket. */
export interface MailerFiles {
  readonly bucket: s3.IBucket;
  readonly mailerName: string;
}

/** Grants the state machine only the mailer's folder; CDK's readers and writers grant the whole bucket. */
export class ShardListReader extends sfn.S3JsonLItemReader {
  constructor(
    private readonly files: MailerFiles,
    key: string,
  ) {
    super({ bucket: files.bucket, key });
  }

  public providePolicyStatements(): iam.PolicyStatement[] {
    const resources = [inFolder(this.files.bucket, reportsOf(this.files.mailerName))];
    return [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources })];
  }
}

export class MapResults extends sfn.ResultWriterV2 {
  constructor(private readonly files: MailerFiles) {
    // Step Functions adds the slash itself.
    super({ bucket: files.bucket, prefix: mapsOf(files.mailerName).slice(0, -1) });
  }

  public providePolicyStatements(): iam.PolicyStatement[] {
    const { bucket, mailerName } = this.files;
    return [
      new iam.PolicyStatement({
        actions: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        resources: [inFolder(bucket, mapsOf(mailerName))],
      }),
    ];
  }
}

const inFolder = (bucket: s3.IBucket, folder: string): string => bucket.arnForObjects(`${folder}*`);
