import type { EcrSilence } from '../../domain/why/ecr.ts';

/** What ECR and STS call credentials that they do not take. */
const CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** The SDK's own names for having found none. */
const NONE = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

/** The action as IAM words it: `... is not authorized to perform: ecr:DescribeImages on resource: ...`. */
const ACTION = /to perform:? ([a-z0-9-]+:[A-Za-z]+)/;

/** Why AWS did not answer; of its words only the names go on, for the rest may hold anything. */
export function refusalOf(error: unknown): EcrSilence {
  const { name, message, code } = wordsOf(error);
  if (NONE.has(name)) return { is: 'no-credentials' };
  if (CREDENTIALS.has(name)) return { is: 'credentials-refused', why: name };
  if (/^(?:AccessDenied|UnauthorizedOperation|NotAuthorized)/.test(name))
    return { is: 'not-allowed', action: ACTION.exec(message)?.[1] ?? 'ecr:DescribeImages' };
  return { is: 'away', why: code ?? name };
}

function wordsOf(error: unknown): { readonly name: string; readonly message: string; readonly code?: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: '' };
  const { name, message } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { name, message, ...(code !== undefined && { code }) };
}
