import type { Access, AccessQuestion } from '../../ports/cluster.ts';
import { HttpError } from './errors.ts';
import type { Rest } from './rest.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';
/** Questions that are under way at once. */
const AT_ONCE = 8;

interface AccessReview {
  readonly status?: { readonly allowed?: boolean };
}

interface RulesReview {
  readonly status?: {
    readonly resourceRules?: readonly {
      readonly apiGroups?: readonly string[];
      readonly resources?: readonly string[];
      readonly verbs?: readonly string[];
    }[];
  };
}

/** Reviews of ourselves: the API server answers for the account that asks (SelfSubjectAccessReview and its kin). */
export async function accessOf(
  rest: Rest,
  wanted: readonly AccessQuestion[],
  namespace: string,
  signal: AbortSignal,
): Promise<Access> {
  const [user, rules] = await Promise.all([whoAmI(rest, signal), rulesIn(rest, namespace, signal)]);
  const missing: AccessQuestion[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const allowed = await Promise.all(some.map((question) => may(rest, question, signal)));
    missing.push(...some.filter((_, i) => !allowed[i]));
  }
  return { ...(user !== undefined && { user }), missing, rules };
}

async function may(
  rest: Rest,
  { group, resource, verb, namespace }: AccessQuestion,
  signal: AbortSignal,
): Promise<boolean> {
  const [name = '', subresource] = resource.split('/');
  const resourceAttributes = {
    group,
    resource: name,
    verb,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
  };
  const asked = review('SelfSubjectAccessReview', { resourceAttributes });
  const { status } = await rest.review<AccessReview>(`${REVIEWS}/selfsubjectaccessreviews`, asked, signal);
  return status?.allowed === true;
}

async function rulesIn(rest: Rest, namespace: string, signal: AbortSignal): Promise<Access['rules']> {
  const asked = review('SelfSubjectRulesReview', { namespace });
  const { status } = await rest.review<RulesReview>(`${REVIEWS}/selfsubjectrulesreviews`, asked, signal);
  return (status?.resourceRules ?? []).map(({ apiGroups = [], resources = [], verbs = [] }) => ({
    apiGroups,
    resources,
    verbs,
  }));
}

/** `undefined` on a server that does not say. */
async function whoAmI(rest: Rest, signal: AbortSignal): Promise<string | undefined> {
  try {
    const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const answer = await rest.review<{ readonly status?: { readonly userInfo?: { readonly username?: string } } }>(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      asked,
      signal,
    );
    return answer.status?.userInfo?.username;
  } catch (error) {
    if (error instanceof HttpError && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
    throw error;
  }
}

function review(kind: string, spec: object): object {
  return { apiVersion: 'authorization.k8s.io/v1', kind, spec };
}
