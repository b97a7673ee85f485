// Owns telling the compiler and the linter what a style sheet and a component are where they cannot look inside; the build
// and vue-tsc can.
declare module '*.css'
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
