// Owns the tray's picture: a disc in the colour of the light, with a mark for those who do not tell colours apart.
import type { Light } from './worst-light.ts'

export const bitmapSize = 32

/** Blue, green, red, as Electron's bitmaps are ordered. */
const colors: Readonly<Record<Light, readonly [number, number, number]>> = {
  green: [0x3e, 0x8e, 0x1f],
  yellow: [0x00, 0x9f, 0xe6],
  grey: [0x80, 0x80, 0x80],
  red: [0x1b, 0x1b, 0xc4],
}

/** The white mark: none, a bar for yellow, a cross for red, a dot for grey. */
const isMarked = (light: Light, x: number, y: number): boolean => {
  const [across, down] = [Math.abs(x), Math.abs(y)]
  switch (light) {
    case 'green':
      return false
    case 'yellow':
      return across <= 2 && down <= 9
    case 'grey':
      return Math.hypot(x, y) <= 4
    case 'red':
      return Math.abs(across - down) <= 2 && across <= 8
  }
}

/** BGRA, `bitmapSize` square, premultiplied. */
export const drawLight = (light: Light): Buffer => {
  const pixels = Buffer.alloc(bitmapSize * bitmapSize * 4)
  const middle = (bitmapSize - 1) / 2
  for (let row = 0; row < bitmapSize; row += 1) {
    for (let column = 0; column < bitmapSize; column += 1) {
      const [x, y] = [column - middle, row - middle]
      if (Math.hypot(x, y) > middle) continue
      const [blue, green, red] = isMarked(light, x, y) ? [255, 255, 255] : colors[light]
      pixels.set([blue, green, red, 255], (row * bitmapSize + column) * 4)
    }
  }
  return pixels
}
