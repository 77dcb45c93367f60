import type { ApprovalRecord } from '../../../lambda-src/domain/campaign/approval';
import { asCampaign, type CampaignRecord } from '../../../lambda-src/domain/campaign/campaign';
import { asPreferences, optedOut } from '../../../lambda-src/domain/consent/preferences';
import { isDigest } from '../../../lambda-src/domain/ledger/partitions';
import { accepted } from '../../../lambda-src/domain/ledger/record';
import type { Item } from '../../../lambda-src/domain/ledger/store';
import { TIMING } from '../../../lambda-src/domain/rate/timing';
import { type Deployments, SECOND } from '../lives/deployments';
import type { People } from '../lives/people';
import type { Registry } from '../lives/registry';
import type { Scenario } from '../lives/scenario';
import { deploymentOf, TOPIC } from '../lives/settings';
import type { Tracking } from '../lives/tracking';
import type { Ledger } from '../world/ledger';
import { runName } from '../world/names';
import type { Message } from '../world/ses';
import type { World } from '../world/world';
import { Identities } from './identities';
import type { Judge } from './judge';
import { RateJudge } from './rate-judge';
import type { Reports } from './reports';

export interface AroundWitness {
  readonly world: World;
  readonly scenario: Scenario;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly registry: Registry;
  readonly people: People;
  readonly reports: Reports;
  readonly deployments: Deployments;
  readonly tracking: Tracking;
  readonly onBug: (error: Error) => void;
}

const hasOptedOut = (preferences: Item): boolean => optedOut(asPreferences(preferences), TOPIC) !== undefined;

/** Sees what is written, sent and thrown, and tells the judge. */
export class Witness {
  /** That of the run that was registered last. */
  campaign?: string;
  private readonly identities: Identities;
  private readonly rate: RateJudge;

  constructor(private readonly around: AroundWitness) {
    const { registry, judge, deployments } = around;
    this.identities = new Identities({ registry, blame: (invariant, what) => judge.blame(invariant, what) });
    this.rate = new RateJudge(() => deployments.fastest);
  }

  onItem(before: Item | undefined, after: Item): void {
    const { world, registry, judge, people } = this.around;
    if (after.sk === 'campaign') return this.onTurn(asCampaign(before), asCampaign(after)!);
    if (after.pk.startsWith('run#') && after.sk.startsWith('run#')) {
      const { name, record, isNew } = registry.onItem(after);
      if (isNew) this.campaign = record.campaign;
      const by = /^superseded by run (\d+)$/.exec(record.stopped ?? '')?.[1];
      const newer = by && registry.of(runName(record.campaign, Number(by)));
      if (newer && newer.listKey !== record.listKey)
        judge.blame('every list', `${record.listKey} was stopped by ${newer.listKey}`);
      return judge.onRun(name);
    }
    if (after.pk.startsWith('approval#') && before === undefined) people.onQuestion(after as unknown as ApprovalRecord);
    if (after.sk === 'preferences') return judge.onPreferences(after.pk, hasOptedOut(after), world.now);
    if (isDigest(after.pk)) judge.onRecord(before, after);
  }

  onRequest(pk: string, mailer: string): void {
    const { world, judge } = this.around;
    // That it sends at all is what is wrong.
    if (mailer === SECOND) return;
    judge.onRequest(pk, world.now);
    const wrong = this.rate.onRequest(world.now);
    if (wrong) judge.blame('rate', wrong);
  }

  onMessage(message: Message): void {
    const { scenario, judge } = this.around;
    this.identities.onMailer(message);
    // Of the second mailer's own ledger nothing is known.
    if (message.mailer === SECOND && !scenario.second?.sharesLedger) return;
    judge.onAccepted(message);
    this.prove(message);
    if (message.mailer !== SECOND) this.onAccepted(message);
  }

  onThrow(error: Error): void {
    const { judge, deployments, onBug } = this.around;
    const { message, name } = error;
    if (message.startsWith('MM515') || message.startsWith('MM510')) judge.blame('counts', message);
    // No payload is another's here: the machine's are all that there are.
    const foreign = message.startsWith('MM518') || (message.startsWith('MM519') && !deployments.hasMoved);
    if (foreign || (!message.startsWith('MM') && name !== 'TimeoutError')) onBug(error);
  }

  private onTurn(before: CampaignRecord | undefined, { campaign, turn }: CampaignRecord): void {
    const { registry, judge, deployments } = this.around;
    if (before?.turn === undefined || before.turn === turn) return;
    const { state, execution } = registry.of(runName(campaign, before.turn))!;
    const isOver = state !== 'sending' || deployments.executions.hasEnded(execution);
    if (!isOver) judge.blame('turn', `run ${turn} of ${campaign} has the turn, and run ${before.turn} is ${state}`);
  }

  private onAccepted(message: Message): void {
    const { world, scenario, judge, people, registry, reports, tracking } = this.around;
    const { id, run, subject } = message;
    this.identities.onAccepted(message);
    if (scenario.approving && !people.approved.has(run))
      judge.blame('approval', `${id} of run ${run}, which nobody approved`);
    const { versionId } = registry.of(run)!;
    if (world.now < (people.uploads.get(versionId!)?.sendAt ?? 0))
      judge.blame('start time', `${id} of run ${run} goes out before its time`);
    const deployment = reports.snapshotOf(run)?.deployment;
    if (deploymentOf(subject) !== deployment)
      judge.blame('pinned', `run ${run} pinned ${deployment}, ${id} is "${subject}"`);
    while (world.chance(scenario.events)) tracking.happen(message);
  }

  /** Where SES keeps to the assumptions, its event comes before a policy acts. */
  private prove(message: Message): void {
    const { world, ledger, scenario } = this.around;
    const proof = () => {
      world.tell(() => `an event of ${message.id}`);
      ledger.apply(accepted(message, message.id));
    };
    if (scenario.proven) world.after(world.between(0, TIMING.grace / 4), proof);
  }
}
