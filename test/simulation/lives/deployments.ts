import { markerOf } from '../../../src/private/contract';
import type { Invariant } from '../judge/judge';
import type { Seen } from '../judge/seen';
import { Bucket } from '../world/bucket';
import type { Deployed } from '../world/deployed';
import type { Execution } from '../world/execution';
import { Executions } from '../world/executions';
import { Functions } from '../world/functions';
import { Ledger } from '../world/ledger';
import type { SimulatedSes } from '../world/ses';
import type { Change, Surroundings } from '../world/surroundings';
import type { World } from '../world/world';
import type { SecondMailer } from './complications';
import type { Deployment } from './happenings';
import { BUCKET, OWNER, PREFIX, type Scenario } from './scenario';
import { settingsOf, templatesOf } from './settings';

const OTHER_BUCKET = 'other-lists';
/** The configuration set of the second mailer. */
export const SECOND = 'second';
const SECOND_HOLDER = '111122223333/eu-west-1/Second';
const SECOND_DEPLOYMENT = 1000;

export interface AroundDeployments {
  readonly world: World;
  readonly scenario: Scenario;
  readonly ledger: Ledger;
  readonly simulatedSes: SimulatedSes;
  readonly deployed: Deployed;
  readonly change?: Change;
  readonly seen: (what: Seen) => void;
  readonly blame: (invariant: Invariant, what: string) => void;
  /** An object is written by a mailer whose whole ledger is known. */
  readonly onPut: (key: string, body: string, bucket: Bucket) => void;
  readonly onThrow: (error: Error) => void;
  readonly onBug: (error: Error) => void;
}

/** What is deployed at the moment: the mailer with its bucket, settings and templates, and perhaps a second one. */
export class Deployments {
  readonly surroundings: Surroundings;
  readonly functions: Functions;
  readonly executions: Executions;
  /** Of all deployments the highest rate: a run keeps its own. */
  fastest: number;
  private second?: Executions;
  private count = 1;

  constructor(private readonly around: AroundDeployments) {
    const { world, scenario, ledger, simulatedSes, deployed, change, blame, onThrow, onBug } = around;
    this.fastest = scenario.perSecond;
    this.surroundings = {
      ...{ world, ledger, simulatedSes, change, onThrow },
      bucket: this.bucketCalled(BUCKET),
      settings: settingsOf(scenario),
      templates: templatesOf(this.count),
      shardSize: scenario.shardSize,
      hasEnded: (id) => this.executions.hasEnded(id),
      onViolation: (subject) => blame('invariant monitor', subject),
      onNotice: (kind) => world.tell(() => `a notice: ${kind}`),
      onHeldClaim: (what) => blame('pause', what),
    };
    this.functions = new Functions(this.surroundings, deployed.functions);
    const { functions } = this;
    this.executions = new Executions({ world, functions, deployed, onBug, bucket: () => this.bucket });
  }

  get bucket(): Bucket {
    return this.surroundings.bucket;
  }

  /** Lists and reports have another bucket than in the beginning. */
  get hasMoved(): boolean {
    return this.bucket.name !== BUCKET;
  }

  /** The second mailer was the first to claim the prefix: the other sends nothing of it. */
  get isSecondOwner(): boolean {
    const marker = this.bucket.objects.get(markerOf(PREFIX));
    return marker !== undefined && (JSON.parse(marker) as { holder: string }).holder === SECOND_HOLDER;
  }

  /** S3's event reaches all who listen to the bucket. */
  execute(input: unknown): Execution {
    if (!this.hasMoved) this.second?.start(input);
    return this.executions.start(input);
  }

  deploy(deployment: Deployment): void {
    const { surroundings, executions } = this;
    const { world, seen } = this.around;
    const { settings } = surroundings;
    const { perSecond, inDoubt = settings.inDoubt, shardSize, keyColumn, byUpload, keeps, otherBucket } = deployment;
    if (executions.running.length > 0) seen('other templates in mid-run');
    if (executions.running.length > 0 && inDoubt !== settings.inDoubt) seen('another policy in mid-run');
    if (otherBucket) {
      seen('another bucket');
      surroundings.bucket = this.bucketCalled(OTHER_BUCKET);
    }
    let { intake } = settings;
    if (keyColumn) {
      seen('another key column');
      intake = { ...intake, recipientKeyColumn: keyColumn === 'none' ? undefined : keyColumn, keepCampaignKey: keeps };
    }
    if (byUpload && !intake.byUpload) {
      seen('another identity of campaigns');
      intake = { ...intake, byUpload, keepCampaignKey: keeps };
    }
    this.fastest = Math.max(this.fastest, perSecond);
    surroundings.settings = { ...settings, intake, rate: { ...settings.rate, maxPerSecond: perSecond }, inDoubt };
    surroundings.templates = templatesOf(++this.count);
    surroundings.shardSize = shardSize;
    world.tell(() => `deployment ${this.count}: ${perSecond} a second, ${inDoubt}`);
  }

  /** After such a rejection an owner lets campaigns keep the identity that they began with. */
  keepCampaignKeys(): void {
    const { settings } = this.surroundings;
    this.surroundings.settings = { ...settings, intake: { ...settings.intake, keepCampaignKey: true } };
  }

  /** Another stack: it knows nothing of the first, but perhaps has its ledger. */
  deploySecond({ sharesLedger, mailer }: SecondMailer): void {
    const { surroundings, bucket } = this;
    const { world, deployed, seen, onBug } = this.around;
    world.tell(() => `a second mailer is deployed, ${sharesLedger ? 'on the same ledger' : 'with its own ledger'}`);
    seen('two mailers');
    const functions = new Functions(
      {
        ...surroundings,
        hasEnded: (id) => this.second!.hasEnded(id),
        ledger: sharesLedger ? surroundings.ledger : new Ledger(world, () => {}),
        templates: templatesOf(SECOND_DEPLOYMENT),
        owner: { mailer, holder: SECOND_HOLDER, tableId: sharesLedger ? OWNER.tableId : 'table-2' },
        settings: { ...surroundings.settings, mailer },
        mailer: SECOND,
        ids: 'second-',
      },
      deployed.functions,
    );
    this.second = new Executions({ world, functions, deployed, bucket: () => bucket, onBug, called: 'second-' });
  }

  private bucketCalled(name: string): Bucket {
    const bucket = new Bucket(name);
    bucket.onPut = (key, body) => {
      const unknown = this.isSecondOwner && !this.around.scenario.second?.sharesLedger;
      if (!unknown) this.around.onPut(key, body, bucket);
    };
    return bucket;
  }
}
