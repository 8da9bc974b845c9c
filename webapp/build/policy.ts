/**
 * Libraries under a policy without `'unsafe-inline'`.
 *
 * CodeMirror (style-mod) and xterm write <style> elements while they run, which `style-src 'self'` refuses. Browsers
 * let scripts make style sheets in other ways: style-mod already knows how, for shadow roots; xterm gets an element
 * that does the same (src/lib/adopted.ts). A new version of a library in which a text is not found fails the build.
 */
import type { Plugin } from "vite";

interface Change {
  file: RegExp;
  old: string;
  fresh: string;
  times: number;
}
const CHANGES: Change[] = [
  { file: /style-mod\/src\/style-mod\.js$/, old: "!root.head && root.adoptedStyleSheets", fresh: "root.adoptedStyleSheets", times: 1 },
  { file: /@xterm\/xterm\/lib\/xterm\.mjs$/, old: 'createElement("style")', fresh: 'createElement("adopted-style")', times: 3 },
  { file: /@xterm\/xterm\/lib\/xterm\.mjs$/, old: 't.setAttribute("style",`${t.getAttribute("style")||""}${e};`)', fresh: "t.style.cssText+=`;${e};`", times: 1 },
];

export function strictStyles(): Plugin {
  const met = new Set<Change>();
  let building = false;
  return {
    name: "strict-styles",
    configResolved(config) {
      building = config.command === "build";
    },
    transform(code, id) {
      const path = id.split("?")[0]!.replaceAll("\\", "/");
      let text = code;
      for (const change of CHANGES) {
        if (!change.file.test(path)) continue;
        const parts = text.split(change.old);
        if (parts.length - 1 !== change.times) this.error(`${path}: \`${change.old}\` is there ${parts.length - 1} times, not ${change.times}. See build/policy.ts.`);
        text = parts.join(change.fresh);
        met.add(change);
      }
      return text === code ? undefined : { code: text, map: null };
    },
    buildEnd(error) {
      if (building && !error && met.size !== CHANGES.length) this.error("a library of build/policy.ts was not met. Take it out there, or correct its path.");
    },
    /** Vite's own server puts styles into the page as elements. */
    transformIndexHtml(html) {
      return building ? html : html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    },
  };
}
