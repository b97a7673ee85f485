// The kiosk with bills at the limits: 500 lines, the largest amount, nothing to pay, names as long as they may be. Nothing overflows,
// and nobody is asked to pay nothing.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inventBill } from '../../fixtures/invented-bill.ts'
import type { HisBill } from '../../../src/contract/his-bills.ts'
import { skipWithoutBrowser } from '../../support/browser/browser.ts'
import { startStrangeHis } from '../../support/strange-his.ts'
import { landscape, portrait, startScene, visitKiosk } from './kiosk-visit.ts'

describe('a kiosk with bills at the limits', { skip: skipWithoutBrowser }, () => {
  const longName = '长'.repeat(200)
  const bill = (medOrgOrd: string, lines: number, lineFen: number, title: string): HisBill => {
    const {
      idNo: _idNo,
      userName: _userName,
      ...upload
    } = inventBill({ medOrgOrd, lines, lineFen }) as Record<string, unknown> & {
      medfeeSumamt: string
      feedetailList: readonly Record<string, unknown>[]
    }
    const named = upload.feedetailList.map((line) => ({ ...line, medListName: longName.slice(0, 50) }))
    return {
      billId: medOrgOrd,
      title,
      department: '科'.repeat(50),
      amount: upload.medfeeSumamt,
      upload: { ...upload, diseName: longName, feedetailList: named } as HisBill['upload'],
    }
  }
  const bills = [
    bill('LIMIT-LINES', 500, 199, '五百行'),
    bill('LIMIT-MOST', 1, 999_999_999, '题'.repeat(60)),
    bill('LIMIT-NONE', 1, 0, '零元'),
  ]

  for (const [viewport, care] of [
    [portrait, true],
    [landscape, false],
  ] as const) {
    it(`shows long names, 500 lines, 0.00 and 9,999,999.99: ${viewport.width} wide${care ? ', 关怀模式' : ''}`, async (context) => {
      const his = await startStrangeHis(() => bills)
      context.after(() => his.close())
      const scene = await startScene({ hisUrl: his.url, change: { institutionName: '院'.repeat(60) } })
      context.after(() => scene.close())
      const visit = await visitKiosk(scene, { viewport })
      const { page } = visit
      if (care) await page.locator('.care-switch').click()
      const beyond = (): Promise<number> =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      await visit.scan(`LIMITS${viewport.width}`)
      await page.getByText('¥9,999,999.99').waitFor()
      await page.getByText('¥0.00').waitFor()
      assert.ok((await beyond()) <= 0)
      for (const [index, amount] of [
        [1, '¥9,999,999.99'],
        [0, '¥995.00'],
      ] as const) {
        await visit.choose(index)
        assert.equal(await page.locator('.pay-amount').textContent(), amount)
        assert.ok((await beyond()) <= 0)
        await page.locator('.details-link').click()
        assert.ok((await page.locator('.details-line').count()) >= 1)
        const inner = await page.locator('.details-body').evaluate((body) => body.scrollWidth - body.clientWidth)
        assert.ok(inner <= 0)
        if (index === 0) {
          assert.equal(await page.locator('.details-line').count(), 500)
          await page.locator('.details-line').last().scrollIntoViewIfNeeded()
          assert.ok(await page.locator('.details-line').last().isVisible())
        }
        await page.keyboard.press('Escape')
        await page.getByRole('button', { name: '返回' }).click()
        await visit.untilStep('bills')
      }
      const nothing = page.locator('.bill').nth(2)
      assert.equal(await nothing.locator('.bill-act').textContent(), '无需支付')
      assert.ok(await nothing.isDisabled(), 'nobody is asked to pay nothing')
      page.assertQuiet()
    })
  }
})
