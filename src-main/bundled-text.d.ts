// Imports that the bundler answers with text.

/** A module with all that it imports, as the text of a thread (build/thread-source.mjs). */
declare module '*?thread' {
  const source: string
  export default source
}

/** A file as it stands. */
declare module '*?raw' {
  const text: string
  export default text
}
