/** The editor's parts, in one lazily loaded file. */
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [t.propertyName, t.definition(t.variableName)], color: "var(--code-key)" },
  { tag: [t.string, t.special(t.string)], color: "var(--code-string)" },
  { tag: [t.number], color: "var(--code-number)" },
  { tag: [t.bool, t.null, t.keyword, t.operatorKeyword], color: "var(--code-word)" },
  { tag: [t.comment, t.docString], color: "var(--muted)", fontStyle: "italic" },
  { tag: [t.function(t.variableName), t.className], color: "var(--accent-text)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "12.5px", backgroundColor: "transparent", color: "var(--text)", height: "100%" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--surface-3) 45%, transparent)" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent) !important" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-panels": { backgroundColor: "var(--surface-2)", color: "var(--text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--border)" },
  ".cm-search": { fontFamily: "var(--font)", padding: "8px 28px 8px 8px" },
  ".cm-textfield": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--border-strong)", borderRadius: "5px", padding: "3px 7px", fontSize: "12.5px" },
  ".cm-button": { background: "var(--surface)", color: "var(--text)", border: "1px solid var(--border)", borderRadius: "5px", padding: "3px 8px", fontSize: "12.5px", cursor: "pointer" },
  ".cm-button:hover": { background: "var(--surface-3)" },
  ".cm-panel.cm-search [name=close]": { color: "var(--muted)", fontSize: "18px", cursor: "pointer" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--warn-dot) 35%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warn-dot) 65%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", border: "1px solid var(--border)", borderRadius: "6px" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--surface-3)", border: "none", color: "var(--muted)" },
  ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--add) !important" },
  ".cm-deletedChunk, .cm-deletedLine": { backgroundColor: "var(--del) !important" },
  "&.cm-merge-a .cm-changedLine, &.cm-merge-a .cm-insertedLine": { backgroundColor: "var(--del) !important" },
  ".cm-changedText": { background: "color-mix(in srgb, var(--accent) 9%, transparent) !important" },
  "&.cm-merge-a .cm-changedText": { background: "color-mix(in srgb, var(--bad-dot) 5%, transparent) !important" },
  ".cm-deletedText": { background: "color-mix(in srgb, var(--bad-dot) 10%, transparent) !important" },
  ".cm-collapsedLines": { background: "var(--surface-2) !important", color: "var(--muted)", padding: "3px 12px" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"···"' },
});

export type Language = "json" | "python" | "text";

export function languageOf(name: string): Language {
  if (/\.json$/i.test(name)) return "json";
  return /\.pyi?$/i.test(name) ? "python" : "text";
}

function speech(language: Language): Extension[] {
  if (language === "json") return [json()];
  return language === "python" ? [python()] : [];
}

export function parts(language: Language, label: string, readonly: boolean): Extension[] {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...completionKeymap]),
    ...speech(language),
    ...(readonly
      ? [EditorState.readOnly.of(true)]
      : [indentOnInput(), closeBrackets(), autocompletion(), highlightActiveLine(), ...(language === "json" ? [linter(jsonParseLinter()), lintGutter()] : [])]),
  ];
}

export { EditorState, EditorView };
