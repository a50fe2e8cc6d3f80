import type { ApiRequest } from './api.ts';
import type { Answer } from './status.ts';
import * as status from './status.ts';

/** What an account asks about itself: `authorization.k8s.io` and `authentication.k8s.io`. Nothing is stored. */

const PATH = /^\/apis\/(authorization|authentication)\.k8s\.io\/v1\/(selfsubject(?:access|rules)?reviews)$/;

interface Asked {
  readonly spec?: {
    readonly namespace?: string;
    readonly resourceAttributes?: { readonly verb?: string; readonly resource?: string; readonly subresource?: string };
  };
}

/** What `system:basic-user` lets everybody ask. */
const OF_EVERYBODY = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
];

export interface Reviewer {
  readonly user: string;
  readonly mayEverything: boolean;
  /** `patch deployments`, `patch deployments/scale`. */
  readonly forbidden: ReadonlySet<string>;
}

/** `undefined`: the request is no review. */
export function reviewed(request: ApiRequest, reviewer: Reviewer): Answer | undefined {
  const kind = PATH.exec(request.path)?.[2];
  if (kind === undefined) return undefined;
  if (request.method !== 'POST') return status.methodNotAllowed();
  if (request.contentType !== 'application/json') return status.unsupportedMediaType();
  const asked = JSON.parse(request.body) as Asked;
  if (kind === 'selfsubjectreviews') return created(asked, { userInfo: { username: reviewer.user } });
  if (kind === 'selfsubjectaccessreviews') return created(asked, { allowed: allowed(asked, reviewer) });
  if (!asked.spec?.namespace) return status.badRequest('no namespace on request');
  const own = reviewer.mayEverything ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [];
  return created(asked, { resourceRules: [...own, ...OF_EVERYBODY], nonResourceRules: [], incomplete: false });
}

function allowed({ spec }: Asked, { mayEverything, forbidden }: Reviewer): boolean {
  const { verb = '', resource = '', subresource } = spec?.resourceAttributes ?? {};
  return mayEverything && !forbidden.has(`${verb} ${resource}${subresource ? `/${subresource}` : ''}`);
}

function created(asked: Asked, answer: object): Answer {
  return { code: 201, body: { ...asked, metadata: {}, status: answer } };
}
