/// <reference types="vitest/config" />
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { strictStyles } from "./build/policy.ts";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")) as { version: string };

// Relative paths, so that the files work below any address; no source maps, since the files are committed.
export default defineConfig({
  base: "./",
  plugins: [vue(), strictStyles()],
  optimizeDeps: { exclude: ["@xterm/xterm", "style-mod"] },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: { __STUDIO_VERSION__: JSON.stringify(version), __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: "../hub/studio_files",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "vendor", test: /node_modules[\\/](@vue[\\/]|vue[\\/]|vue-router|pinia|reka-ui|@floating-ui|@tanstack|aria-hidden|@vueuse|@internationalized|ohash|defu|lucide)/, priority: 2 },
            { name: "common", test: /src[\\/](ui[\\/](?!code\.ts|CodeDiff|CodeEditor|LineChart)|lib|stores|api|layout[\\/](?!CommandPalette|CommandDialog|LoginDialog|ShortcutHelp)|nav|parts[\\/]RegisterPlugin)/, priority: 1 },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], css: false },
});
