// Owns starting the display's page.
import { createApp } from 'vue'
import '../shared/theme.css'
import { openSession } from '../shared/session.ts'
import Page from './display-page.vue'

await openSession()
createApp(Page).mount('#app')
