export type { SearchEntry } from './document'
export { createSearch, createSearchIndex, type SearchIndex } from './search-index'
