// Owns what the bench of the console measures inside the page, as `probes` of its window. Plain script, put there before the page.
/* global window, document, performance, requestAnimationFrame, MessageChannel */
;(() => {
  let longest = 0

  /** When the first row is drawn and the page has taken the next piece of work: a click would be answered now. */
  const usable = new Promise((resolve) => {
    const drawn = new MessageChannel()
    drawn.port1.onmessage = () => resolve(performance.now())
    const look = () => {
      if (document.querySelector('[data-row="0"]') === null) requestAnimationFrame(look)
      else requestAnimationFrame(() => drawn.port2.postMessage(''))
    }
    requestAnimationFrame(look)
  })

  window.probes = {
    times: async () => ({
      usable: await usable,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }),

    /** From now on the longest frame is counted. */
    watchFrames: () => {
      longest = 0
      let last = performance.now()
      const draw = (now) => {
        longest = Math.max(longest, now - last)
        last = now
        requestAnimationFrame(draw)
      }
      requestAnimationFrame(draw)
    },

    longestFrame: () => longest,

    /** Scrolls the list to its end, `stepPx` a frame, until `wanted` rows are loaded; how many there are then. */
    scrollAll: (stepPx, wanted) =>
      new Promise((resolve) => {
        const box = document.querySelector('.box')
        const draw = () => {
          box.scrollTop += stepPx
          const rows = Number(box.querySelector('table').getAttribute('aria-rowcount')) - 1
          const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - 1
          if (rows >= wanted && isAtEnd) resolve(rows)
          else requestAnimationFrame(draw)
        }
        requestAnimationFrame(draw)
      }),

    scrollToTop: () => {
      document.querySelector('.box').scrollTop = 0
    },

    /** When the first row is the order, uploaded: milliseconds since the epoch. */
    untilFirstRow: (medOrgOrd) =>
      new Promise((resolve) => {
        const look = () => {
          const text = document.querySelector('[data-row="0"]')?.textContent ?? ''
          if (text.includes(medOrgOrd) && text.includes('已上传')) resolve(Date.now())
          else requestAnimationFrame(look)
        }
        look()
      }),
  }
})()
