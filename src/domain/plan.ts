import type { ErrorParams } from './errors.ts';
import type { BreakGlass } from './guardrails.ts';
import type { Principal } from './principal.ts';
import type { ActionTarget, Rollout, Target } from './workload.ts';

/**
 * What an action would do, and what becomes of it, as it is kept in `actions.plan`, `actions.outcome`, `jobs.progress` and
 * `jobs.result`. Times inside jsonb are ISO 8601 text.
 */

/** What guardrails look at besides the target. */
export interface PlanFacts {
  /** Of the workload. */
  readonly labels: Readonly<Record<string, string>>;
  /** How many it replaces, adds or removes. */
  readonly pods: number;
  /** How many there will be; absent: as many as before. */
  readonly desiredReplicas?: number;
}

/** What an action would do. Everything in `touches` is in the digest; a changed one explains and plans anew. */
export interface Plan<T extends ActionTarget = Target> {
  readonly target: T;
  readonly facts: PlanFacts;
  readonly touches: Readonly<Record<string, string | number>>;
  /** In numbers and words for preview, result and audit; not in the digest. */
  readonly effect: Readonly<Record<string, string | number | boolean>>;
  /** The API server's own words. */
  readonly warnings: readonly string[];
  /** The admission webhook that takes no dry run: the API server could not try it, and what is told of it is computed. */
  readonly untried?: string;
  /** A reason is asked for whatever the environment says. */
  readonly reasonRequired?: boolean;
  /** What the arguments came to, kept in their place: what is previewed is done, whatever else they would come to later. */
  readonly args?: unknown;
}

/** Of any action. */
export type ActionPlan = Plan<ActionTarget>;

/** What guardrails look at once it is planned. */
export interface PlannedFacts extends PlanFacts {
  /** All that the environment's workloads ask for; absent: nobody counted. */
  readonly environmentPods?: number;
}

/** A plan as its action keeps it. */
export interface KeptPlan extends ActionPlan {
  readonly facts: PlannedFacts;
}

/** What a guardrail says no with. `until`: when it ends by itself. */
export type GuardNo =
  | { readonly rule: 'protected-namespace'; readonly namespace: string }
  | { readonly rule: 'protected-label'; readonly label: string; readonly target: string }
  | { readonly rule: 'replica-bounds'; readonly replicas: number; readonly min: number; readonly max: number }
  | { readonly rule: 'cool-down'; readonly target: string; readonly until: string }
  | { readonly rule: 'freeze'; readonly name: string; readonly until?: string }
  | {
      readonly rule: 'blast-radius';
      readonly environment: string;
      /** What it would come to with this one, and what it may: actions, or pods and of how many. */
      readonly of: 'actions' | 'pods';
      readonly count: number;
      readonly most: number;
      readonly withinMs: number;
      readonly until?: string;
    }
  | { readonly rule: 'incident-required'; readonly environment: string };

/** `lift`: who may lift it once. */
export type GuardRefusal = GuardNo & { readonly lift: BreakGlass };

/** Why an action does not go on: the rule that said no, and what its sentence needs. */
export type Refusal =
  | { readonly rule: 'role'; readonly has: string; readonly needs: string }
  /** A permission for this verb there is, but not for this target; `on`: what it is for, as config writes it. */
  | {
      readonly rule: 'permission';
      readonly target: ActionTarget;
      readonly needs: string;
      readonly on: readonly string[];
    }
  /** The environment takes actions from these channels only, as config writes them. */
  | { readonly rule: 'action-channel'; readonly environment: string; readonly channels: readonly string[] }
  | GuardRefusal
  | { readonly rule: 'one-action-per-target'; readonly job: number; readonly by: Principal; readonly target: string }
  | { readonly rule: 'plan-expired'; readonly at: string }
  | { readonly rule: 'own-plan'; readonly by: Principal }
  | { readonly rule: 'reason-required'; readonly environment: string }
  | { readonly rule: 'unchanged'; readonly target: string; readonly by?: ChangedBy | undefined }
  | { readonly rule: 'lock-held'; readonly target: string }
  /** Since the action that is to be taken back, something else has changed it. */
  | { readonly rule: 'as-left'; readonly target: string }
  /** Only somebody with the grant may approve. */
  | { readonly rule: 'approver' }
  /** Nobody approves what they have asked for. */
  | { readonly rule: 'not-oneself'; readonly by: Principal }
  /** It has been decided, or nobody asks any more. */
  | { readonly rule: 'approval-open'; readonly number: number; readonly state: ApprovalState; readonly by?: Principal }
  /** Asks for a second person, and has none. */
  | { readonly rule: 'approval-required'; readonly target: string }
  /** It cannot be taken back. */
  | { readonly rule: 'reversible'; readonly verb: string }
  /** The incident's labels do not say for certain what to act upon. */
  | { readonly rule: 'incident-target'; readonly incident: number; readonly why?: string }
  /** The button's incident is over. */
  | { readonly rule: 'incident-open'; readonly incident: number; readonly at?: string | undefined }
  | { readonly rule: 'known-action'; readonly verb: string }
  /** This guardrail was lifted for it, for a while; making it last takes who may lift it. */
  | { readonly rule: 'glass-broken'; readonly guard: string; readonly has: string; readonly needs: BreakGlass };

export type ApprovalState = 'asked' | 'given' | 'refused' | 'withdrawn' | 'expired';

export type Problems = Rollout['problems'];

/** Which job of ours has changed a target. */
export interface ChangedBy {
  readonly verb: string;
  readonly by: Principal;
  readonly job: number;
}

export type ActionOutcome =
  | { readonly kind: 'healthy'; readonly done: number; readonly of: number }
  | {
      /** `late`: it may still become healthy, but we no longer look. */
      readonly kind: 'unhealthy' | 'late';
      readonly done: number;
      readonly of: number;
      readonly reason?: string;
      readonly problems: Problems;
    }
  /** The target is no longer there. */
  | { readonly kind: 'gone' }
  /** Somebody else has set it to something else since. */
  | { readonly kind: 'overruled'; readonly wanted: number; readonly is: number }
  /** The target is not as it was planned on: nothing was executed. `by`: what was done to it through Hikeshi since, if anything. */
  | { readonly kind: 'changed'; readonly by?: ChangedBy }
  /** Refused at the last check: nothing was executed. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The cluster refused it, in its own words: nothing was executed. `code`: what kind of refusal. */
  | { readonly kind: 'rejected'; readonly cluster: string; readonly code: Rejection; readonly message: string }
  | {
      readonly kind: 'rejected-by-database';
      readonly database: string;
      readonly code: DatabaseRejection;
      readonly message: string;
    }
  /** It can no longer be planned, for a reason that its `UserError` words: nothing was executed. */
  | { readonly kind: 'impossible'; readonly code: string; readonly params: ErrorParams }
  /** The cluster did not answer before anything was executed. */
  | { readonly kind: 'away'; readonly cluster: string; readonly since: string }
  /** Interrupted, and the cluster shows that it did not happen. */
  | { readonly kind: 'not-done' }
  | { readonly kind: 'cancelled'; readonly by: Principal; readonly executed: boolean }
  /** It may or may not have happened, or how it went could not be seen. */
  | { readonly kind: 'unknown'; readonly executed: 'yes' | 'perhaps'; readonly why: string }
  /** Our own fault, logged under this id. */
  | { readonly kind: 'error'; readonly id: string; readonly executed: boolean };

/** Certainly nothing was changed, by the cluster's word or for a reason that a `UserError` words. */
export type NotMade = Extract<ActionOutcome, { readonly kind: 'rejected' | 'rejected-by-database' | 'impossible' }>;

export type Rejection = 'unauthorized' | 'forbidden' | 'not-found' | 'paused' | 'invalid' | 'misconfigured';

export type DatabaseRejection = 'unauthorized' | 'forbidden' | 'invalid' | 'misconfigured';

export type JobStage = 'queued' | 'checking' | 'executing' | 'watching';

/** What a cancel can still stop: all of it, nothing (it is being made), or only the watching. */
export type Stoppable = 'all' | 'nothing' | 'watching';

/** `jobs.progress`. */
export interface JobProgress {
  readonly done?: number;
  readonly of?: number;
  readonly stage?: JobStage;
  /** When this stage began. */
  readonly since?: string;
  /** How long the same on this target took before, from here to healthy, ms; absent where nobody knows. */
  readonly usualMs?: number;
  /** The outside system has not answered since then. */
  readonly awaySince?: string;
  readonly away?: string;
  /** The last wish to show it lay at this time: at most one each 5 s. */
  readonly shownAt?: string;
  /** So many changes are under way in its environment, and it waits for one of them to end. */
  readonly waitsFor?: number;
  /** What keeps it, as Kubernetes words it. */
  readonly reason?: string;
  /** The quota that has no room for its pods. */
  readonly quota?: string;
}
