// What both worlds have and the shared code names in its types, and no more of it than that. The libraries of Node and of
// the window declare the same interfaces in full, and TypeScript joins them.
interface AbortSignal {
  readonly aborted: boolean
}

interface File {
  readonly name: string
}
