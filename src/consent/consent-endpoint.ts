import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { checkKnownNumber, fail } from '../private/errors';

/** Options of `ConsentEndpoint.customDomain`. */
export interface ConsentDomainOptions {
  /**
   * The zone that the domain lies in. It gets a record of the domain, and one that validates a certificate we make.
   *
   * @default - none; point the domain at `consentDomainTarget` yourself, and give a certificate
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * A certificate for the domain, in the stack's Region.
   *
   * @default - one of the mailer's own, validated in `hostedZone`
   */
  readonly certificate?: acm.ICertificate;

  /**
   * Requests a second above which the endpoint answers 429, for everybody together. A number from 1 that synth knows.
   *
   * @default 100
   */
  readonly maxPerSecond?: number;
}

/** @internal */
export interface BoundEndpoint {
  readonly url: string;
  readonly functionUrl?: lambda.FunctionUrl;
  /** What the owner points their domain at. */
  readonly domainTarget?: string;
}

/**
 * Where the links in mail lead. It stands in every mail that was sent: mail that is in mailboxes already goes on pointing
 * at the one it was sent with.
 */
export abstract class ConsentEndpoint {
  /** A public function URL of the mailer's own. The default. It takes requests of anybody, as a link in a mail must. */
  public static functionUrl(): ConsentEndpoint {
    return new FunctionUrlEndpoint();
  }

  /**
   * A domain of yours, through an HTTP API that holds back more requests than a limit.
   *
   * @param domainName such as `mail.example.com`
   */
  public static customDomain(domainName: string, options: ConsentDomainOptions = {}): ConsentEndpoint {
    if (!options.hostedZone && !options.certificate) {
      fail('MM130', 'ConsentEndpoint.customDomain: got neither hostedZone nor certificate, one of them is required');
    }
    checkDomain(domainName, options.hostedZone);
    checkKnownNumber('ConsentEndpoint.customDomain maxPerSecond', options.maxPerSecond, { min: 1 });
    return new CustomDomainEndpoint(domainName, options);
  }

  /**
   * An address that you lead to `consentFunction` yourself, through an API Gateway, a load balancer or a CloudFront
   * distribution: for organisations that forbid public function URLs. It must pass on GET, HEAD and POST of everything
   * below it, with the body, and ask for no login.
   *
   * @param url such as `https://mail.example.com/consent`
   */
  public static existing(url: string): ConsentEndpoint {
    if (!Token.isUnresolved(url) && !isEndpoint(url)) {
      fail(
        'MM130',
        `ConsentEndpoint.existing: got ${JSON.stringify(url)}, allowed is an https address of up to ${MAX_URL} characters without "?" and "#"`,
      );
    }
    return new ExistingEndpoint(url);
  }

  /** @internal */
  public abstract _bind(scope: Construct, fn: lambda.Function): BoundEndpoint;
}

/** With it the header stays below the 996 characters that SES takes, whatever topic and address are. */
const MAX_URL = 300;

function isEndpoint(url: string): boolean {
  return url.length <= MAX_URL && /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?(\/[A-Za-z0-9._~/-]*)?$/.test(url);
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+${LABEL}$`, 'i');

/** It stands in every mail, and Route 53 would put the zone's name behind one that does not end in it. */
function checkDomain(domainName: string, hostedZone: route53.IHostedZone | undefined): void {
  if (Token.isUnresolved(domainName)) return;
  const got = `ConsentEndpoint.customDomain: got ${JSON.stringify(domainName)}, allowed is`;
  if (domainName.length > 253 || !DOMAIN.test(domainName)) {
    fail('MM130', `${got} a domain such as "mail.example.com"`);
  }
  if (!hostedZone || Token.isUnresolved(hostedZone.zoneName)) return;
  const zone = hostedZone.zoneName.toLowerCase().replace(/\.$/, '');
  if (!`.${domainName.toLowerCase()}`.endsWith(`.${zone}`)) {
    fail('MM130', `${got} a domain in its hostedZone, ${zone}`);
  }
}

class FunctionUrlEndpoint extends ConsentEndpoint {
  public _bind(_scope: Construct, fn: lambda.Function): BoundEndpoint {
    const functionUrl = fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    return { url: functionUrl.url, functionUrl };
  }
}

class CustomDomainEndpoint extends ConsentEndpoint {
  constructor(
    private readonly domainName: string,
    private readonly options: ConsentDomainOptions,
  ) {
    super();
  }

  public _bind(scope: Construct, fn: lambda.Function): BoundEndpoint {
    const { domainName } = this;
    const { hostedZone, maxPerSecond = 100 } = this.options;
    const certificate =
      this.options.certificate ??
      new acm.Certificate(scope, 'Certificate', {
        domainName,
        validation: acm.CertificateValidation.fromDns(hostedZone),
      });
    const domain = new apigateway.DomainName(scope, 'Domain', { domainName, certificate });
    const api = new apigateway.HttpApi(scope, 'Api', {
      description: 'The links in mail',
      createDefaultStage: false,
      disableExecuteApiEndpoint: true,
    });
    api.addRoutes({
      path: '/{proxy+}',
      methods: [apigateway.HttpMethod.GET, apigateway.HttpMethod.HEAD, apigateway.HttpMethod.POST],
      integration: new HttpLambdaIntegration('Consent', fn),
    });
    new apigateway.HttpStage(scope, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      domainMapping: { domainName: domain },
      throttle: { rateLimit: maxPerSecond, burstLimit: Math.ceil(2 * maxPerSecond) },
    });
    if (hostedZone) {
      new route53.ARecord(scope, 'Record', {
        zone: hostedZone,
        recordName: domainName,
        target: route53.RecordTarget.fromAlias(
          new targets.ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
        ),
      });
    }
    return { url: `https://${domainName}/`, domainTarget: domain.regionalDomainName };
  }
}

class ExistingEndpoint extends ConsentEndpoint {
  constructor(private readonly url: string) {
    super();
  }

  public _bind(): BoundEndpoint {
    return { url: this.url };
  }
}
