import { ref } from "vue";

const query = matchMedia("(max-width: 720px)");
/** Whether the window is that of a phone. */
export const small = ref(query.matches);
query.addEventListener("change", (event) => (small.value = event.matches));
