// Owns starting the page of the interface's documentation.
import { createApp } from 'vue'
import '../shared/theme.css'
import { openSession } from '../shared/session.ts'
import DocsPage from './docs-page.vue'

await openSession()
createApp(DocsPage).mount('#app')
