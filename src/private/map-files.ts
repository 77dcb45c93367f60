import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LAYOUT } from './contract';

/** CDK's readers and writers let the state machine at every object of the bucket; these, at their own folder. */
export class ShardListReader extends sfn.S3JsonLItemReader {
  constructor(bucket: s3.IBucket, key: string) {
    super({ bucket, key });
  }

  public providePolicyStatements(): iam.PolicyStatement[] {
    return [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [inFolder(this.bucket, LAYOUT.reports)] })];
  }
}

const PREFIX = LAYOUT.maps.slice(0, -1);

export class MapResults extends sfn.ResultWriter {
  constructor(bucket: s3.IBucket) {
    super({ bucket, prefix: PREFIX });
  }

  public providePolicyStatements(): iam.PolicyStatement[] {
    return written(this.bucket);
  }
}

/** The same, under CDK's feature flag of the new writer. */
export class MapResultsV2 extends sfn.ResultWriterV2 {
  constructor(private readonly to: s3.IBucket) {
    super({ bucket: to, prefix: PREFIX });
  }

  public providePolicyStatements(): iam.PolicyStatement[] {
    return written(this.to);
  }
}

const written = (bucket: s3.IBucket): iam.PolicyStatement[] => [
  new iam.PolicyStatement({
    actions: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
    resources: [inFolder(bucket, LAYOUT.maps)],
  }),
];

const inFolder = (bucket: s3.IBucket, folder: string): string => bucket.arnForObjects(`${folder}*`);
