// What a page must not hold after a hostile text was typed into it: elements, attributes
// and links that no page of ours has.
import type { Page } from "@playwright/test";
import { expect } from "./site";

/** Fails when anything of a text became part of the document. */
export async function staysText(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const foreign = [
      ...["img", "iframe", "object", "embed", "math", "video", "audio", "base", "meta[http-equiv]", "x-holdfast"],
      ...["foreignObject", "svg script", "svg a", "svg style", "body style", "main script", "main link", "main details[open]"],
      ...["form[action*='evil']", "[onerror]", "[onload]", "[onfocus]", "[onmouseover]", "[onclick]", "[ontoggle]", "[onbegin]"],
      ...["[autofocus]:not(#problems)", "[srcdoc]", "[style]", "link[href*='evil']"],
    ];
    const elements = [...document.querySelectorAll(foreign.join(","))].map((element) => element.outerHTML.slice(0, 120));
    const schemes = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
      .filter((link) => !/^(https?|mailto):$/.test(link.protocol))
      .map((link) => link.outerHTML.slice(0, 120));
    const hosts = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
      .filter((link) => link.closest(".prose") === null && link.host !== location.host)
      .map((link) => link.outerHTML.slice(0, 120));
    return [...elements, ...schemes, ...hosts, ..."pwned" in window ? ["something ran"] : []];
  });
  expect(found, page.url()).toEqual([]);
}

/** The text as a field of one line takes it. */
export function oneLine(payload: string): string {
  return payload.replace(/\s/g, " ").trim();
}
