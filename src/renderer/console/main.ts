// Owns starting the console's page.
import { createApp } from 'vue'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-dialog.css'
import '../shared/theme.css'
import './console.css'
import { openSession } from '../shared/session.ts'
import ConsolePage from './console-page.vue'

await openSession()
createApp(ConsolePage).mount('#app')
