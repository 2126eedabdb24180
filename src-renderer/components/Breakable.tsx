// An address of any kind, which may break onto the next line behind its marks before it has to within a word.
import { Fragment } from 'react'

/** To stand where `overflow-wrap` allows the rest. */
export function Breakable({ text }: { text: string }) {
  // Where a piece begins says which it is.
  const pieces = [...text.matchAll(/[^@/]*(?:[@/]+|$)/g)].filter(([piece]) => piece !== '')
  return pieces.map(({ 0: piece, index }) => (
    <Fragment key={index}>
      {piece}
      <wbr />
    </Fragment>
  ))
}
