import { Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { checkProps } from '../private/check-props';
import { checkKnownNumber, fail } from '../private/errors';

/** Options of `ConsentEndpoint.customDomain`. */
export interface ConsentDomainOptions {
  /**
   * The hosted zone of the domain. It gets an alias record for the domain, and the record that validates a certificate
   * of the mailer.
   *
   * @default - none; pass a certificate and point the domain at `consentDomainTarget` yourself
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * The certificate for the domain, in the stack's Region.
   *
   * @default - a new certificate, validated in `hostedZone`
   */
  readonly certificate?: acm.ICertificate;

  /**
   * The maximum request rate of the endpoint, in requests per second, for all recipients together. Above it the
   * endpoint answers 429. Must be at least 1 and known at synth.
   *
   * @default 100
   */
  readonly maxPerSecond?: number;
}

/** @internal */
export interface BoundEndpoint {
  readonly url: string;
  readonly functionUrl?: lambda.FunctionUrl;
  /** The DNS target for the owner's domain. */
  readonly domainTarget?: string;
}

/** The endpoint of unsubscribe links. Emails already sent keep the endpoint that they were sent with. */
export abstract class ConsentEndpoint {
  /**
   * Uses a public function URL of the mailer. The default. It accepts unauthenticated requests, as a link in an email
   * must.
   */
  public static functionUrl(): ConsentEndpoint {
    return new FunctionUrlEndpoint();
  }

  /**
   * Uses your own domain, through an HTTP API that throttles requests.
   *
   * @param domainName the domain, such as `mail.example.com`
   */
  public static customDomain(domainName: string, options: ConsentDomainOptions = {}): ConsentEndpoint {
    checkProps('ConsentDomainOptions', options);
    if (!options.hostedZone && !options.certificate) {
      fail('MM130', 'ConsentEndpoint.customDomain: got neither hostedZone nor certificate, one of them is required');
    }
    checkDomain(domainName, options.hostedZone);
    checkKnownNumber('ConsentEndpoint.customDomain maxPerSecond', options.maxPerSecond, { min: 1 });
    return new CustomDomainEndpoint(domainName, options);
  }

  /**
   * Uses a URL that you route to `consentFunction` yourself, through an API Gateway, a load balancer or a CloudFront
   * distribution. For organizations that forbid public function URLs. The route must forward GET, HEAD and POST for
   * every path below the URL, with the body, and without authentication.
   *
   * @param url the URL, such as `https://mail.example.com/consent`
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

/** Keeps the header below SES's limit of 996 characters for every topic and address. */
const MAX_URL = 300;

function isEndpoint(url: string): boolean {
  return url.length <= MAX_URL && /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?(\/[A-Za-z0-9._~/-]*)?$/.test(url);
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+${LABEL}$`, 'i');

/** Every email contains the domain, and Route 53 would append the zone's name to a domain outside the zone. */
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
