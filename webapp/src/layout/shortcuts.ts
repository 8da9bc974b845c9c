import { onMounted, onUnmounted, ref } from "vue";
import { useRouter } from "vue-router";
import { PLACES } from "@/nav";
import { useActions } from "@/stores/actions";

/** Whether the list of shortcuts is shown. */
export const helpOpen = ref(false);

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest(".xterm") !== null);
}

/** Ctrl-K, `/`, `?`, and `g` followed by the key of a page. */
export function useShortcuts(): void {
  const router = useRouter();
  const actions = useActions();
  let led = 0;
  function onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      actions.paletteOpen = !actions.paletteOpen;
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") helpOpen.value = true;
    else if (event.key === "/") {
      const field = document.querySelector<HTMLInputElement>("main input[type=search]");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    } else if (event.key === "g") {
      led = Date.now();
      return;
    } else if (Date.now() - led < 1500) {
      const place = PLACES.flatMap((group) => group.places).find((p) => p.key === event.key);
      if (place) void router.push(place.to);
    }
    led = 0;
  }
  onMounted(() => addEventListener("keydown", onKey));
  onUnmounted(() => removeEventListener("keydown", onKey));
}
