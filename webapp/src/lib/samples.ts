/** What the studio has measured of a hub while it is open: memory and workers over time. */
import { reactive } from "vue";

export interface Sample {
  at: number;
  memory: number;
  busy: number;
  queued: number;
  cpu: number;
}
const MOST = 720;
export const samples = reactive<Record<string, Sample[]>>({});

export function addSample(hub: string, sample: Sample): void {
  const list = (samples[hub] ??= []);
  const last = list.at(-1);
  if (last && sample.at - last.at < 0.9) return;
  list.push(sample);
  if (list.length > MOST) list.shift();
}
