export { SEARCH_INDEX_VERSION, type SearchEntry } from './document'
export { SCORE } from './score'
export { createSearch, createSearchIndex, type SearchHit, type SearchIndex } from './search-index'
