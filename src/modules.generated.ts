// Written by `npm run generate`: change the code, not this file.
import * as commandsApprovals from './commands/approvals.ts';
import * as commandsAudit from './commands/audit.ts';
import * as commandsCan from './commands/can.ts';
import * as commandsCanI from './commands/can-i.ts';
import * as commandsConfigmaps from './commands/configmaps.ts';
import * as commandsDelete from './commands/delete.ts';
import * as commandsHistory from './commands/history.ts';
import * as commandsHpa from './commands/hpa.ts';
import * as commandsIncident from './commands/incident.ts';
import * as commandsJobs from './commands/jobs.ts';
import * as commandsLogs from './commands/logs.ts';
import * as commandsNamespaces from './commands/namespaces.ts';
import * as commandsNetpol from './commands/netpol.ts';
import * as commandsNodes from './commands/nodes.ts';
import * as commandsOutbox from './commands/outbox.ts';
import * as commandsPdb from './commands/pdb.ts';
import * as commandsPg from './commands/pg.ts';
import * as commandsPods from './commands/pods.ts';
import * as commandsRestart from './commands/restart.ts';
import * as commandsRollback from './commands/rollback.ts';
import * as commandsRoute from './commands/route.ts';
import * as commandsScale from './commands/scale.ts';
import * as commandsServiceaccounts from './commands/serviceaccounts.ts';
import * as commandsWhoami from './commands/whoami.ts';
import * as commandsWhy from './commands/why.ts';
import type { ModuleFile } from './core/discovery.ts';
import * as jobsAction from './jobs/action.ts';

/** Every command, job and enrichment: one file each. */
export const MODULES: readonly ModuleFile[] = [
  { file: 'commands/approvals.ts', module: commandsApprovals },
  { file: 'commands/audit.ts', module: commandsAudit },
  { file: 'commands/can-i.ts', module: commandsCanI },
  { file: 'commands/can.ts', module: commandsCan },
  { file: 'commands/configmaps.ts', module: commandsConfigmaps },
  { file: 'commands/delete.ts', module: commandsDelete },
  { file: 'commands/history.ts', module: commandsHistory },
  { file: 'commands/hpa.ts', module: commandsHpa },
  { file: 'commands/incident.ts', module: commandsIncident },
  { file: 'commands/jobs.ts', module: commandsJobs },
  { file: 'commands/logs.ts', module: commandsLogs },
  { file: 'commands/namespaces.ts', module: commandsNamespaces },
  { file: 'commands/netpol.ts', module: commandsNetpol },
  { file: 'commands/nodes.ts', module: commandsNodes },
  { file: 'commands/outbox.ts', module: commandsOutbox },
  { file: 'commands/pdb.ts', module: commandsPdb },
  { file: 'commands/pg.ts', module: commandsPg },
  { file: 'commands/pods.ts', module: commandsPods },
  { file: 'commands/restart.ts', module: commandsRestart },
  { file: 'commands/rollback.ts', module: commandsRollback },
  { file: 'commands/route.ts', module: commandsRoute },
  { file: 'commands/scale.ts', module: commandsScale },
  { file: 'commands/serviceaccounts.ts', module: commandsServiceaccounts },
  { file: 'commands/whoami.ts', module: commandsWhoami },
  { file: 'commands/why.ts', module: commandsWhy },
  { file: 'jobs/action.ts', module: jobsAction },
];
