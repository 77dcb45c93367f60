const CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|ExpiredTokenException|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden)$/;
const UNREACHABLE = /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|TimeoutError)$/;

/** Turns an AWS or network error into one that says what to do. Errors with a code of MailMatrix stay as they are. */
export function explained(error: unknown): Error {
  const { name = '', message = String(error), code = '' } = error as Partial<Error> & { readonly code?: string };
  if (/^MM\d{3}/.test(message)) return error as Error;
  if (CREDENTIALS.test(name)) {
    return new Error(
      `MM706: no usable AWS credentials: ${message}. Sign in (aws sso login), or name a profile: --profile NAME`,
    );
  }
  if (/Region is missing/.test(message)) return new Error('MM706: no AWS Region: --region NAME, or AWS_REGION says so');
  if (DENIED.test(name)) {
    return new Error(`MM707: AWS denies it: ${message}. BulkMailer.grantOperate gives what the command needs`);
  }
  if (UNREACHABLE.test(code) || UNREACHABLE.test(name)) return new Error(`MM711: AWS cannot be reached: ${message}`);
  return new Error(`MM712: ${name}: ${message}`);
}
