// Owns starting the kiosk's page.
import { createApp } from 'vue'
import '../shared/theme.css'
import { openSession } from '../shared/session.ts'
import Page from './kiosk-page.vue'

await openSession()
createApp(Page).mount('#app')
