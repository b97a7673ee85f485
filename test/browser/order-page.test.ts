// The order page as the standard draws it (002, chapter 3): on a page 750 px wide every number of tables A.2 and A.4 is the
// computed style of the element that the table means.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutBrowser } from '../support/browser/browser.ts'
import { startScene, visitKiosk, type KioskScene, type Visit } from './kiosk/kiosk-visit.ts'

type Expected = Readonly<Record<string, string>>

const blue = 'rgb(59, 113, 232)'
const title = 'rgb(96, 98, 102)'
const content = 'rgb(48, 49, 51)'
const note = 'rgb(144, 147, 153)'
const line = 'rgb(230, 230, 230)'
const white = 'rgb(255, 255, 255)'

/** 常规体 and 中黑体 as CSS weights. */
const regular = '400'
const medium = '500'

const type = (size: number, weight: string, color: string): Expected => ({
  'font-size': `${size}px`,
  'font-weight': weight,
  color,
})
const square = (size: number): Expected => ({ width: `${size}px`, height: `${size}px` })

/** Table A.2, row by row. */
const tableA2: readonly (readonly [string, string, Expected])[] = [
  ['卡片圆角', '.order-card', { 'border-radius': '16px' }],
  ['卡片描边', '.order-card', { 'border-top-width': '1px', 'border-top-color': line }],
  ['机构图标尺寸', '.institution-icon', square(80)],
  ['机构名称文字样式', '.institution-name', type(36, medium, white)],
  ['费用总额文字样式', '.order-total dt', type(36, medium, title)],
  ['医保基金支付文字样式', '.order-leg dt', type(28, regular, note)],
  ['现金支付文字样式', '.order-cash dt', type(32, medium, blue)],
  ['查看明细文字样式', '.details-link', type(28, regular, title)],
  ['支付方式文字样式', '.ways-title', type(30, regular, content)],
  ['内容文字样式', '.way-name', type(28, regular, title)],
  ['支付金额文字样式', '.pay-amount', type(44, medium, blue)],
  ['按钮文字样式', '.pay-button', type(36, medium, white)],
  ['支付渠道图标大小', '.way-icon', square(50)],
]

/** Table A.4, row by row. */
const tableA4: readonly (readonly [string, string, Expected])[] = [
  ['弹窗卡片圆角', '.order-details', { 'border-top-left-radius': '32px', 'border-top-right-radius': '32px' }],
  ['信息卡片圆角', '.details-card', { 'border-radius': '12px' }],
  ['信息卡片描边', '.details-card', { 'border-top-width': '2px', 'border-top-color': line }],
  ['处方明细文字样式', '.details-title', type(40, medium, content)],
  ['费用总额文字样式', '.details-total', type(36, medium, title)],
  ['就诊信息等标题文字样式', '.details-heading', type(32, medium, content)],
  ['门诊类别等内容文字样式', '.details-row dt', type(28, regular, title)],
  ['费用总额金额数字文字样式', '.details-sum', type(28, medium, blue)],
  ['8g/片/3等药品规格文字样式', '.details-specification', type(28, regular, note)],
]

const designPage = { width: 750, height: 1334 }

const stylesOf = ({ page }: Visit, selector: string, names: readonly string[]): Promise<Expected> =>
  page
    .locator(selector)
    .first()
    .evaluate(
      (element, wanted) => {
        const style = getComputedStyle(element)
        return Object.fromEntries(wanted.map((name) => [name, style.getPropertyValue(name)]))
      },
      [...names],
    )

const compare = async (visit: Visit, table: typeof tableA2): Promise<void> => {
  for (const [row, selector, expected] of table) {
    assert.deepEqual(await stylesOf(visit, selector, Object.keys(expected)), expected, row)
  }
}

describe('the order page', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene()
  })
  after(() => scene.close())

  const openOrder = async (code: string, viewport = designPage): Promise<Visit> => {
    const visit = await visitKiosk(scene, { viewport })
    await visit.scan(code)
    await visit.choose()
    return visit
  }

  it('has the sizes and colours of table A.2, with several ways to pay', async () => {
    const visit = await openOrder('DRAW01')
    await compare(visit, tableA2)
    assert.equal(await visit.page.locator('.way input[type=radio]').count(), 2)
    const texts = await visit.page.locator('.order-row dt').allTextContents()
    assert.deepEqual(texts, ['费用总额', '医保基金支付', '个人账户支付', '其他抵扣金额', '现金支付'])
    visit.page.assertQuiet()
  })

  it('has the sizes and colours of table A.4 in its details, with all five parts', async () => {
    const visit = await openOrder('DRAW02')
    await visit.page.locator('.details-link').click()
    await compare(visit, tableA4)
    const headings = await visit.page.locator('.details-heading').allTextContents()
    assert.deepEqual(headings, ['就诊信息', '诊断信息', '特殊信息', '费用明细（4 项）', '其他抵扣金额'])
    await visit.page.getByText('急性鼻咽炎').waitFor()
    await visit.page.getByText('普通门诊').waitFor()
    visit.page.assertQuiet()
  })

  it('has the same proportions on any screen: one pixel of the design is the same part of the width', async () => {
    for (const [viewport, size] of [
      [{ width: 1080, height: 1920 }, 1.44],
      // Bounded by the height where the screen lies on its side.
      [{ width: 1920, height: 1080 }, 1.08],
    ] as const) {
      const visit = await openOrder(`DRAW${viewport.width}`, viewport)
      const found = await stylesOf(visit, '.institution-icon', ['width'])
      assert.ok(Math.abs(parseFloat(found['width'] ?? '') - 80 * size) < 0.1, JSON.stringify(found))
      await visit.page.close()
    }
  })
})

describe('the order page with one way to pay', { skip: skipWithoutBrowser }, () => {
  it('offers no choice, and keeps to table A.2', async (context) => {
    const scene = await startScene({ change: { ways: ['order'] } })
    context.after(() => scene.close())
    const visit = await visitKiosk(scene, { viewport: designPage })
    await visit.scan('DRAW03')
    await visit.choose()
    await compare(visit, tableA2)
    assert.equal(await visit.page.locator('.way').count(), 1)
    assert.equal(await visit.page.locator('.way input').count(), 0)
    visit.page.assertQuiet()
  })
})
