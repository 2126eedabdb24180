/** A module with all that it imports, as the text of a thread (build/thread-source.mjs). */
declare module '*?thread' {
  const source: string
  export default source
}
