// The one source of colour, type and spacing. Screens name tokens from here and write no values of their own.
// Invariant: text on its background meets WCAG 2.2 AA (4.5 : 1) in both schemes; where Mantine's own shades do not, the
// resolver below replaces them.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, rem } from '@mantine/core'
import type { Channel } from '@shared/model/interaction'

/** Petrol: calm enough for a day's work, far enough from the red, amber and green that carry meaning. */
const petrol: MantineColorsTuple = [
  '#e9f6f8',
  '#d3e9ed',
  '#a6d3db',
  '#76bbc8',
  '#4fa7b7',
  '#349aad',
  '#2493a8',
  '#0f7285',
  '#0a6273',
  '#044f5e',
]

/** A dark scheme with a trace of blue; shade 7 is what the window paints before the page is there. */
const dark: MantineColorsTuple = [
  '#d5d7db',
  '#b9bcc3',
  '#a3a7b0',
  '#6b7079',
  '#3d4148',
  '#30343a',
  '#26292e',
  '#1a1b1e',
  '#141517',
  '#101113',
]

export const theme = createTheme({
  colors: { petrol, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  // Below Mantine's xs, for what belongs together: lines of one entry, an icon and its word.
  spacing: { hair: rem(2), tight: rem(4), snug: rem(6) },
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320 } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.5 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { title: { fontSize: '1.0625rem', fontWeight: 650 } },
    },
    Notification: { defaultProps: { withBorder: true, closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    // The placeholder would be a child that a menu must not have; without it the first item receives the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Badge: { defaultProps: { tt: 'none', fw: 600 } },
  },
})

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b64',
    '--mantine-color-placeholder': '#656c75',
    '--mantine-color-error': '#c02727',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-anchor': 'var(--mantine-color-petrol-8)',
    '--mantine-color-petrol-light-color': 'var(--mantine-color-petrol-9)',
    '--mantine-color-gray-light-color': '#3f464e',
    '--mantine-color-red-light-color': '#a51d1d',
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-green-light-color': '#1d6b2c',
    '--mantine-color-blue-light-color': '#10539b',
    '--scv-frame': '#f3f5f6',
    '--scv-scrollbar': '#a9b0b8',
    '--scv-surface': '#ffffff',
    '--scv-line': '#dde1e5',
    '--scv-edge': '#868e96',
    '--scv-hover': '#eef3f5',
    '--scv-selected': 'var(--mantine-color-petrol-0)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-placeholder': '#9298a2',
    '--mantine-color-error': '#ff9a9a',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-anchor': 'var(--mantine-color-petrol-3)',
    // Mantine's own are deep and loud; behind text that is read all day they are toned down.
    '--mantine-color-yellow-light': '#37301a',
    '--mantine-color-red-light': '#40242a',
    '--mantine-color-green-light': '#1d3426',
    '--mantine-color-blue-light': '#1c2f45',
    '--mantine-color-gray-light': '#2a2e34',
    '--mantine-color-petrol-light': '#17333a',
    '--mantine-color-petrol-light-hover': '#1c3d45',
    '--mantine-color-petrol-light-color': 'var(--mantine-color-petrol-2)',
    '--mantine-color-gray-light-color': 'var(--mantine-color-dark-0)',
    '--mantine-color-red-light-color': '#ffb0b0',
    '--mantine-color-yellow-light-color': '#ffd780',
    '--mantine-color-green-light-color': '#9be3a8',
    '--mantine-color-blue-light-color': '#a9d2ff',
    '--scv-frame': '#141517',
    '--scv-scrollbar': '#565c65',
    '--scv-surface': '#1a1b1e',
    '--scv-line': '#33373d',
    '--scv-edge': '#6f7681',
    '--scv-hover': '#24272b',
    '--scv-selected': '#17333a',
  },
})

/** One colour for each channel, in the picture and beside every interaction; the channel is always named as well. */
export const CHANNEL_COLORS: Readonly<Record<Channel, string>> = {
  voice: 'petrol',
  callback: 'cyan',
  email: 'blue',
  chat: 'violet',
  sms: 'grape',
  whatsapp: 'green',
  social: 'pink',
  web: 'orange',
  app: 'yellow',
  inPerson: 'red',
}

/** A channel's marks in the picture: against either background at least 3 : 1 (WCAG 2.2, 1.4.11). */
export const CHANNEL_MARKS = Object.fromEntries(
  Object.entries(CHANNEL_COLORS).map(([channel, color]) => [
    channel,
    `light-dark(var(--mantine-color-${color}-9), var(--mantine-color-${color}-4))`,
  ]),
) as Readonly<Record<Channel, string>>

/** Icons, in pixels: beside words, in buttons, on empty pages. */
export const ICON = { xs: 12, sm: 14, md: 16, lg: 18, xl: 20, xxl: 24 } as const

/** What is as wide as it is high (icons in a disc, buttons of one icon), in pixels. */
export const MARK = { dot: 10, sm: 22, md: 28, lg: 30, xl: 32, xxl: 36, huge: 44 } as const

/** Widths: columns of a row first, then boxes, then the measure of a page. In pixels of the standard text size. */
export const WIDTH = {
  gap: 28,
  cell: 84,
  label: 112,
  field: 150,
  choice: 220,
  frame: 248,
  form: 280,
  panel: 320,
  wide: 440,
  text: 520,
  page: 720,
  broad: 960,
} as const

/** Heights: of a line, of a row, of a box that scrolls. In pixels of the standard text size. */
export const HEIGHT = {
  small: 20,
  line: 30,
  bar: 36,
  row: 52,
  heading: 80,
  block: 108,
  box: 260,
  list: 320,
  tall: 440,
} as const

/** Above what stands alone on an empty page. */
export const LOWER = '15vh'

/** How far a second line stands in, to be below the first one's words. */
export const INDENT = { match: 50, steps: 56 } as const

/** Details of the picture of a journey, in pixels. */
export const PICTURE = { inset: 4, tick: 4, handle: 6, drop: 1 } as const

/** Heights of a lane and of the strip below the lanes in the picture of a journey, in pixels. */
export const LANE_HEIGHT = { narrow: 20, wide: 22 } as const
export const OVERVIEW_HEIGHT = 26

/** Between two rows of a virtualised list, in pixels. */
export const ROW_GAP = 8

/** Heights of rows in virtualised lists, in pixels. */
export const ROW_HEIGHT = {
  hit: 60,
  interaction: 58,
  queue: 68,
  queueMatch: 94,
  bin: 68,
  report: 44,
  incoming: 176,
  open: 64,
} as const
