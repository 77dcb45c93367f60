import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { Suppression } from './consent/suppression';
import { checkProps } from './private/check-props';
import { fail } from './private/errors';
import type { Sender } from './sender';

/** What SES does with a tenant whose bounces or complaints are high. */
export enum TenantReputationPolicy {
  /** SES pauses the tenant on findings of high severity. */
  STANDARD = 'standard',
  /** SES pauses the tenant on every finding. */
  STRICT = 'strict',
  /** SES does not pause the tenant. */
  NONE = 'none',
}

/** Options of `Tenant.named`. */
export interface TenantOptions {
  /**
   * The policy by which SES pauses the tenant.
   *
   * @default - SES's own, which is STANDARD
   */
  readonly reputationPolicy?: TenantReputationPolicy;

  /**
   * Whether the tenant has a suppression list of its own. Otherwise the account's list applies. `consent.suppression`
   * selects the reasons.
   *
   * @default false
   */
  readonly ownSuppressionList?: boolean;
}

/**
 * An SES tenant: a customer or a business unit with a reputation of its own. SES can pause a tenant without pausing the
 * account.
 */
export class Tenant {
  /**
   * Creates a tenant, and associates the mailer's identity and configuration set with it.
   *
   * @param name 1 to 64 letters, digits, `-` and `_`
   */
  public static named(name: string, options: TenantOptions = {}): Tenant {
    checkProps('TenantOptions', options);
    return new Tenant(name, options);
  }

  /**
   * Uses a tenant that exists. Associate the mailer's identity and `configurationSet` with it, or SES refuses its
   * email.
   */
  public static existing(name: string): Tenant {
    return new Tenant(name);
  }

  private constructor(
    /** The name of the tenant. */
    public readonly name: string,
    private readonly options?: TenantOptions,
  ) {
    if (!Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,64}$/.test(name))
      fail('MM125', `tenant: the name must have 1 to 64 letters, digits, "-" and "_", got ${JSON.stringify(name)}`);
  }

  /** Creates the tenant, unless it exists. @internal */
  public _create(
    scope: Construct,
    sender: Sender,
    configurationSet: ses.ConfigurationSet,
    suppression: Suppression = Suppression._default(),
  ): void {
    if (!this.options) return;
    const { reputationPolicy, ownSuppressionList } = this.options;
    const stack = Stack.of(scope);
    const arn = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'ses', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const tenant = new ses.CfnTenant(scope, 'Tenant', {
      tenantName: this.name,
      resourceAssociations: [
        { resourceArn: arn('identity', sender.identity) },
        { resourceArn: arn('configuration-set', configurationSet.configurationSetName) },
      ],
    });
    // The oldest supported CDK does not know these properties:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-tenant.html
    if (reputationPolicy !== undefined) {
      const policy = { service: 'ses', account: 'aws', resource: 'reputation-policy', resourceName: reputationPolicy };
      tenant.addPropertyOverride('ReputationEntity.Policy.ReputationEntityPolicy', stack.formatArn(policy));
    }
    if (!ownSuppressionList) return;
    tenant.addPropertyOverride('SuppressionAttributes', {
      SuppressedReasons: suppression._reasons,
      SuppressionScope: 'TENANT',
    });
    // The configuration set's scope overrides the tenant's.
    const set = configurationSet.node.defaultChild as ses.CfnConfigurationSet;
    set.addPropertyOverride('SuppressionOptions.SuppressionScope', 'TENANT');
  }
}
