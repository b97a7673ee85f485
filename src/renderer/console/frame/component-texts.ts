// Owns the texts inside the component library's own parts (date pickers, empty lists), in the language that is spoken now.
import en from 'element-plus/es/locale/lang/en.mjs'
import zhCn from 'element-plus/es/locale/lang/zh-cn.mjs'
import { computed } from 'vue'
import { language } from '../../shared/language.ts'

/** The library types its `locale` property as the property's description instead of its value. */
export const componentTexts = computed(() => (language.value === 'zh' ? zhCn : en) as never)
