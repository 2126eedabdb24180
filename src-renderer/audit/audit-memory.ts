// Which entries of the audit trail are shown, remembered while other screens are shown.
import { create } from 'zustand'
import { type AuditFilterValues, NO_FILTER } from './AuditFilters'

export const useAuditMemory = create<{ filter: AuditFilterValues; show(filter: AuditFilterValues): void }>((set) => ({
  filter: NO_FILTER,
  show: (filter) => set({ filter }),
}))
