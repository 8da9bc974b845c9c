/** What the studio has measured of a hub while it is open: memory and workers over time. */
import { reactive } from "vue";
import type { JobManager } from "@/api/types";

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

/** Measure the hub by what `GET /job_manager` said. */
export function sampleOf(hub: string, found: JobManager): void {
  const { process, thread } = found.queue;
  const cpu = Object.values(process.all).reduce((sum, worker) => sum + (worker.cpu?.percent ?? 0), 0);
  const busy = process.running.length + thread.running.length;
  addSample(hub, { at: Date.now() / 1000, memory: found.memory, busy, queued: process.pending.length + thread.pending.length, cpu });
}
