import { ref } from "vue";

/** The time, moved on every few seconds; what shows how long ago something was depends on it. */
export const now = ref(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 5000);
