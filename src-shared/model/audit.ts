// What the audit trail tells of. Invariant: closed; an entry with another action is set aside where it arrives, so every
// reader has a sentence for every entry there is.

export const AUDIT_ACTIONS = [
  'create',
  'update',
  'claim',
  'release',
  'promote',
  'merge',
  'undo-merge',
  'delete',
  'restore',
  'expire',
  'erase',
  'import',
  'link',
  'cannot-link',
  'dismiss',
  'note',
  'reconcile',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]
