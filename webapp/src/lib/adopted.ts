/** `<adopted-style>`: what `<style>` is, for libraries, made as a style sheet that the policy of the page allows. */

class AdoptedStyle extends HTMLElement {
  private readonly made = new CSSStyleSheet();
  private written = "";

  override get textContent(): string {
    return this.written;
  }
  override set textContent(text: string | null) {
    this.written = text ?? "";
    this.made.replaceSync(this.written);
  }
  connectedCallback(): void {
    if (!document.adoptedStyleSheets.includes(this.made)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.made];
  }
  disconnectedCallback(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.made);
  }
}

/** To be called before a library that needs it. */
export function defineAdoptedStyle(): void {
  if (!customElements.get("adopted-style")) customElements.define("adopted-style", AdoptedStyle);
}
