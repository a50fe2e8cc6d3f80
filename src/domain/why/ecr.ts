/** An image in a private registry of Amazon ECR: what its name says of where it is. */
export interface EcrImage {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** Either is what is pulled; with both in the name it is the digest. */
  readonly by: { readonly tag: string } | { readonly digest: string };
}

export interface EcrTag {
  readonly tag: string;
  /** When its image was pushed, where ECR says. */
  readonly pushedAt?: Date;
}

/** Why ECR did not say. */
export type EcrSilence =
  /** Somebody has to allow us this IAM action. */
  | { readonly is: 'not-allowed'; readonly action: string }
  | { readonly is: 'no-credentials' }
  /** Expired or wrong; `why` is AWS's name for it. */
  | { readonly is: 'credentials-refused'; readonly why: string }
  /** It did not answer, not in time, or not in a way that is understood. */
  | { readonly is: 'away'; readonly why: string };

/** What ECR says of one image. */
export type EcrAnswer =
  | { readonly is: 'there'; readonly digest: string; readonly pushedAt?: Date }
  /** `tags` are those of the repository, in no order; `more`: not all of them. */
  | { readonly is: 'no-image'; readonly tags: readonly EcrTag[]; readonly more: boolean }
  | { readonly is: 'no-repository' }
  | EcrSilence;

/** The same as a person wants it: of all tags those that may have been meant, and the newest. */
export type EcrSaid =
  | Exclude<EcrAnswer, { readonly is: 'no-image' }>
  | { readonly is: 'no-image'; readonly near: readonly EcrTag[]; readonly newest: readonly EcrTag[] };

/** The region is part of a host name that is called: nothing else fits here. */
const NAME =
  /^(\d{12})\.dkr([.-])ecr(?:-fips)?\.([a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d{1,2})\.(amazonaws\.com(?:\.cn)?|on\.aws)\/([a-z0-9][a-z0-9._/-]{0,254}[a-z0-9])(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** `undefined`: it is of another registry, or its name is none. Without tag and digest it is `latest`, as for whoever pulls it. */
export function ecrImageOf(image: string): EcrImage | undefined {
  const [, account, mark, region, domain, repository, tag = 'latest', digest] = NAME.exec(image) ?? [];
  if (account === undefined || region === undefined || repository === undefined) return undefined;
  if (domain !== domainOf(region, mark)) return undefined;
  return { account, region, repository, by: digest === undefined ? { tag } : { digest } };
}

/** `dkr-ecr` is what `dkr.ecr` is, by IPv6 as well; in China under a name of its own that is not known here. */
function domainOf(region: string, mark: string | undefined): string | undefined {
  const inChina = region.startsWith('cn-');
  if (mark === '-') return inChina ? undefined : 'on.aws';
  return inChina ? 'amazonaws.com.cn' : 'amazonaws.com';
}
