import type { Config } from '../config/config.ts';
import { OUR_ACCOUNT, permissionsOf, rbacManifests, type Subject } from '../core/rbac.ts';
import { manifestText } from '../core/rbac-yaml.ts';
import { type Catalog, sentences } from '../messages/catalog.ts';
import { type Asked, languageFor, loadFromEnvironment, printProblems } from './load.ts';
import { loadModules } from './modules.ts';
import { wrong } from './stderr.ts';

export interface RbacOptions extends Asked {
  readonly environment?: string;
  readonly serviceAccount?: string;
  readonly user?: string;
  readonly group?: string;
}

/** Prints what the enabled commands need in each cluster of the config, as manifests; answers the exit code. */
export function runRbac(options: RbacOptions): number {
  const loaded = loadFromEnvironment({ env: process.env, asked: options, needs: [] });
  if (!loaded.config) return printProblems(loaded, process.env, options);
  const { cli } = sentences(languageFor(loaded, process.env, options));
  const subject = subjectFrom(options, cli);
  if (typeof subject === 'string') return wrong(subject);
  const { environment: only } = options;
  const environments = Object.values(loaded.config.environments).filter((e) => only === undefined || e.name === only);
  if (environments.length === 0) return wrong(cli.noEnvironment({ name: only ?? '', file: loaded.config.file }), 1);
  const permissions = [...permissionsOf(loadModules(loaded.config.disabledCommands).commands.values()).keys()];
  for (const [heading, namespaces] of scopesOf(environments))
    process.stdout.write(manifestText(heading, rbacManifests(permissions, namespaces, subject)));
  return 0;
}

/** Clusters of the same scope together: the same manifests are applied in each. */
function scopesOf(
  environments: readonly Config['environments'][string][],
): ReadonlyMap<string, readonly string[] | 'all'> {
  const scopes = new Map<string, { clusters: string[]; namespaces: readonly string[] | 'all' }>();
  for (const { name, clusters, namespaces = 'all' } of environments) {
    const key = JSON.stringify(namespaces);
    const scope = scopes.get(key) ?? { clusters: [], namespaces };
    scope.clusters.push(...clusters.map((cluster) => `${name}/${cluster.name}`));
    scopes.set(key, scope);
  }
  return new Map([...scopes.values()].map(({ clusters, namespaces }) => [`For ${clusters.join(', ')}`, namespaces]));
}

function subjectFrom({ serviceAccount, user, group }: RbacOptions, cli: Catalog['cli']): Subject | string {
  const given = [serviceAccount, user, group].filter((one) => one !== undefined);
  if (given.length > 1) return cli.oneSubject;
  if (user !== undefined) return { kind: 'User', name: user };
  if (group !== undefined) return { kind: 'Group', name: group };
  if (serviceAccount === undefined) return OUR_ACCOUNT;
  const [namespace, name, more] = serviceAccount.split('/');
  if (!namespace || !name || more !== undefined) return cli.serviceAccount;
  return { kind: 'ServiceAccount', name, namespace };
}
