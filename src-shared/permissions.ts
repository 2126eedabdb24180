// What there is to be permitted, as both doors, tokens and refusals name it.
// Invariant: names are part of the public interface: add, never rename.

/** Strings as in the reference, plus `identity:erase`, `identity:disclose`, `import:add` and `settings:edit` of our own (domain specification, section 7). */
export const PERMISSIONS = [
  'externalContacts:contact:view',
  'externalContacts:contact:add',
  'externalContacts:contact:edit',
  'externalContacts:contact:delete',
  'externalContacts:contact:enrich',
  'externalContacts:identity:merge',
  'externalContacts:identity:promote',
  'externalContacts:conversation:associate',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
  'externalContacts:identity:erase',
  'externalContacts:identity:disclose',
  'externalContacts:import:add',
  'externalContacts:settings:edit',
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const isPermission = (text: string): text is Permission => (PERMISSIONS as readonly string[]).includes(text)
