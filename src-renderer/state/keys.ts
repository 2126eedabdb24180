// The keys that work everywhere: as Mantine's hotkeys write them, and as a person reads them.

/** What the key is called that shortcuts are held down with. */
export const MOD = /Mac/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

export const RECORD_KEYS = { hotkey: 'mod+J', keys: `${MOD} J` } as const
export const NEW_CONTACT_KEYS = { hotkey: 'mod+N', keys: `${MOD} N` } as const
export const PALETTE_KEYS = { hotkey: 'mod+K', keys: `${MOD} K` } as const
export const LOCK_KEYS = { hotkey: 'mod+L', keys: `${MOD} L` } as const
export const INCOMING_KEYS = { hotkey: 'mod+I', keys: `${MOD} I` } as const
/** Takes the last step in this window back; while a text is being typed, the last letters of it. */
export const UNDO_KEYS = { hotkey: 'mod+Z', keys: `${MOD} Z` } as const
/** Ways back, each of which does. */
export const BACK_KEYS: readonly string[] = ['Alt ←', 'Esc']
export const HELP_KEYS = { hotkey: '?', keys: '?' } as const
