// Owns who sits at this window: what 6101, refunds and decisions are recorded under. Claimed, not proven; kept for this tab.
import { reactive, watch } from 'vue'

const storageKey = 'mip.operator'

export type Operator = { operatorId: string; operatorName: string; officeId: string; officeName: string }

const nobody: Operator = { operatorId: '', operatorName: '', officeId: '', officeName: '' }

const readKept = (): Operator => {
  try {
    return { ...nobody, ...(JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Partial<Operator>) }
  } catch {
    return nobody
  }
}

export const operator = reactive<Operator>({ ...readKept() })

watch(operator, () => sessionStorage.setItem(storageKey, JSON.stringify(operator)))
