import { appMethods } from './apps.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { fileMethods } from './files.ts';
import { historyMethods } from './history.ts';
import type { MethodTable } from './spec.ts';
import { teamMethods } from './team.ts';
import { userGroupMethods } from './usergroups.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

/** Every method this workspace has; any other is `unknown_method`. */
export const METHODS: MethodTable = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...historyMethods,
  ...teamMethods,
  ...userGroupMethods,
  ...userMethods,
  ...viewMethods,
};
