// Files that are certainly not a table of people, told by how they begin.
// Invariant: only what a person would call the thing is said; nothing here decides that a file is a table.

const SIGNATURES: readonly { bytes: readonly number[]; what: string }[] = [
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], what: 'a PDF document' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG image' },
  { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG image' },
  { bytes: [0x47, 0x49, 0x46, 0x38], what: 'a GIF image' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive' },
  { bytes: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], what: 'an old Office document (.xls or .doc)' },
  { bytes: [...Buffer.from('SQLite format 3\0')], what: 'an SQLite database' },
  { bytes: [...Buffer.from('!BDN')], what: 'an Outlook data file (.pst)' },
]

/** What a file looks like by its first bytes (4 KB are enough), or undefined if they say nothing. */
export function looksLike(head: Buffer): string | undefined {
  const found = SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))
  if (found) return found.what
  if (head.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4]))) {
    // Office Open XML is a ZIP whose first entries tell which program wrote it.
    const names = head.toString('latin1')
    return names.includes('[Content_Types].xml') || names.includes('xl/') ? 'an Excel workbook' : 'a ZIP archive'
  }
  return undefined
}

/** What a text looks like when it is markup or data of another kind, or undefined. */
export function looksLikeMarkup(text: string): string | undefined {
  const start = text.trimStart().slice(0, 200).toLowerCase()
  if (start.startsWith('{\\rtf')) return 'a rich text document (RTF)'
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page (HTML)'
  if (start.startsWith('<?xml') || /^<[a-z][^,;\t|]*>/.test(start)) return 'an XML file'
  if (/^(\{\s*"|\[\s*[[{"])/.test(start)) return 'a JSON file'
  return undefined
}
