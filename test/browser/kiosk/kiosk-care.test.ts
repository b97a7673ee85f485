// The kiosk for everybody: WCAG 2.2 AA at every step, 关怀模式 at 7:1 with type half as large again, both languages, the voice,
// portrait and landscape, and how much JavaScript it takes.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { skipWithoutBrowser, type WatchedPage } from '../../support/browser/browser.ts'
import { addFault } from '../../kiosk/kiosk-job.ts'
import { assertAccessible } from '../accessibility.ts'
import { landscape, portrait, showCode, startScene, visitKiosk, type KioskScene } from './kiosk-visit.ts'

/** So that neither the page nor a dialog scrolls sideways. */
const assertFits = async (page: WatchedPage, what: string): Promise<void> => {
  const beyond = await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('dialog[open]')]
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth))
  })
  assert.ok(beyond <= 0, `${what}: ${beyond} px too wide`)
}

/** The smallest type on the page, in px of the screen. */
const smallestType = (page: WatchedPage): Promise<number> =>
  page.evaluate(() => {
    const texts = [...document.querySelectorAll('main *')].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== ''),
    )
    return Math.min(...texts.map((element) => parseFloat(getComputedStyle(element).fontSize)))
  })

describe('the kiosk for everybody', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene()
  })
  after(() => scene.close())

  for (const [mode, viewport] of [
    ['usual', portrait],
    ['usual', landscape],
    ['care', portrait],
    ['care', landscape],
  ] as const) {
    it(`every step can be read and operated: ${mode}, ${viewport.width} wide`, async () => {
      const visit = await visitKiosk(scene, { viewport })
      const { page } = visit
      const enhanced = mode === 'care'
      if (enhanced) await page.getByRole('button', { name: '关怀模式：大字、语音、简单' }).click()
      const check = async (what: string): Promise<void> => {
        await assertFits(page, what)
        await assertAccessible(page, { enhanced })
      }
      await check('welcome')
      await visit.scan(`AXE${mode}${viewport.width}`)
      await check('bills')
      const medOrgOrd = await visit.choose()
      await check('confirming')
      await page.locator('.details-link').click()
      await check('details')
      await page.keyboard.press('Escape')
      await visit.authorize(medOrgOrd)
      await page.locator('.order-cash dd').filter({ hasText: '25.72' }).waitFor()
      await check('paying')
      await page.locator('.leave').click()
      await check('dialog')
      await page.keyboard.press('Escape')
      await scene.agent.center.payer(medOrgOrd)
      await visit.untilStep('result')
      await check('result')
      page.assertQuiet()
      await page.context().close()
    })
  }

  for (const mode of ['usual', 'care'] as const) {
    it(`so can what interrupts a step: waiting for the code, help, the staff's door, nobody there, a fault: ${mode}`, async () => {
      const visit = await visitKiosk(scene, { expectedErrors: /503/ })
      const { page } = visit
      const enhanced = mode === 'care'
      if (enhanced) await page.locator('.care-switch').click()
      const check = async (what: string): Promise<void> => {
        await assertFits(page, what)
        await assertAccessible(page, { enhanced })
      }
      await page.getByRole('button', { name: '呼叫工作人员' }).click()
      await page.getByRole('heading', { name: '已通知工作人员，请稍候。' }).waitFor()
      await check('help')
      await page.keyboard.press('Escape')
      const door = page.getByRole('button', { name: '工作人员入口，连按五次' })
      for (let presses = 0; presses < 5; presses += 1) await door.press('Enter')
      await page.getByLabel('管理密码').waitFor()
      await check('staff')
      await page.getByRole('button', { name: '返回' }).click()
      // The answer is held back as long as the step is looked at.
      const release = Promise.withResolvers<undefined>()
      await page.route('**/v1/vouchers/decode', async (route) => {
        await release.promise
        await route.continue()
      })
      showCode(`BETWEEN${mode}`)
      await page.locator('.welcome-button').click()
      await visit.untilStep('decoding')
      await check('decoding')
      await page.clock.install()
      release.resolve(undefined)
      await visit.untilStep('bills')
      await page.clock.fastForward(46_000)
      await page.getByRole('heading', { name: '您还在吗？' }).waitFor()
      await check('idle')
      // A touch anywhere says so.
      await page.mouse.click(5, 900)
      await page.getByRole('heading', { name: '您还在吗？' }).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '退出' }).click()
      await visit.untilStep('welcome')
      if (enhanced) await page.locator('.care-switch').click()
      await addFault(scene.his, { interface: 'listBills', status: 503 })
      await page.locator('.welcome-button').click()
      await visit.untilStep('fault')
      await check('fault')
      page.assertQuiet()
      await page.context().close()
    })
  }

  it('关怀模式 is in the middle of the first page, makes the type half as large again, and speaks', async () => {
    const visit = await visitKiosk(scene)
    const { page } = visit
    await page.evaluate(() => {
      window.speechSynthesis.speak = ({ text, lang }) => {
        document.documentElement.dataset['spoken'] = `${lang}: ${text}`
      }
    })
    const usual = await smallestType(page)
    const before = await page
      .locator('.welcome-words p')
      .first()
      .evaluate((element) => getComputedStyle(element).fontSize)
    await page.getByRole('button', { name: '关怀模式：大字、语音、简单' }).click()
    const after = await page
      .locator('.welcome-words p')
      .first()
      .evaluate((element) => getComputedStyle(element).fontSize)
    assert.ok(parseFloat(after) >= 1.5 * parseFloat(before) - 0.01, `${before} -> ${after}`)
    assert.ok((await smallestType(page)) > usual)
    await page.locator('[data-spoken="zh-CN: 请出示医保码"]').waitFor({ state: 'attached' })
    // One thing to press at every step.
    await visit.scan('CARE01')
    await page.locator('[data-spoken="zh-CN: 您要付哪一笔？"]').waitFor({ state: 'attached' })
    await visit.choose()
    assert.equal(await page.locator('.pay-button, .main-button').count(), 1)
    page.assertQuiet()
  })

  it('the next patient begins in Chinese, without 关怀模式 and without the voice', async () => {
    const visit = await visitKiosk(scene)
    const { page } = visit
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Easy mode: large type, voice, simple' }).click()
    await visit.scan('NEXT01')
    await page.getByRole('heading', { name: 'Choose what to pay' }).waitFor()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: '请出示医保码' }).waitFor()
    assert.equal(await page.locator('html[data-care]').count(), 0)
    await page.getByRole('button', { name: '打开语音' }).waitFor()
  })

  it('English is whole: no Chinese letter of ours is left at any step', async () => {
    const visit = await visitKiosk(scene)
    const { page } = visit
    await page.getByRole('button', { name: 'English' }).click()
    const assertEnglish = async (what: string): Promise<void> => {
      const text = await page.locator('.kiosk').innerText()
      // What the HIS, the hospital and its patients are called stays as it is.
      const ours = text.replaceAll(/测试\S*|门诊处方|检验检查|诊查费|急性鼻咽炎|测\*.|1 次|中文/g, '')
      assert.doesNotMatch(ours, /[一-龥]/, `${what}: ${ours}`)
    }
    await assertEnglish('welcome')
    await visit.scan('ENGLISH01')
    await assertEnglish('bills')
    const medOrgOrd = await visit.choose()
    await page.locator('.details-link').click()
    await assertEnglish('details')
    await page.keyboard.press('Escape')
    await visit.authorize(medOrgOrd)
    await page.getByRole('heading', { name: 'Pay the remaining amount on your phone' }).waitFor()
    await assertEnglish('paying')
    await scene.agent.center.payer(medOrgOrd)
    await visit.untilStep('result')
    await assertEnglish('result')
    page.assertQuiet()
  })

  it('takes at most 250 KB of JavaScript, compressed', async () => {
    const { page } = await visitKiosk(scene)
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((address) => address.endsWith('.js')),
    )
    assert.ok(scripts.length > 0)
    let bytes = 0
    for (const address of scripts) bytes += gzipSync(await (await fetch(address)).text()).length
    assert.ok(bytes <= 250 * 1024, `${bytes} bytes`)
    console.log(`kiosk: ${bytes} bytes of JavaScript, compressed`)
  })
})
