#!/usr/bin/env python3
"""Computes the contrast of every pair of colours in style/tokens.css that
carries text (4.5:1 or more) or a control's edge or a shape (3:1 or more), in
light and in dark, by the formula of WCAG 2.2. Exit code 1 if one falls short."""
import pathlib
import re
import sys

css = (pathlib.Path(__file__).parents[2] / "style/tokens.css").read_text()
TOKENS = {}
for name, value in re.findall(r"--([\w-]+):\s*(light-dark\([^)]*\)|#[0-9a-f]+)", css):
    hexes = re.findall(r"#[0-9a-f]{6}", value)
    if hexes:
        TOKENS[name] = (hexes[0], hexes[-1])
TOKENS["white"] = ("#ffffff", "#ffffff")

SURFACES = ["bg", "surface", "sunk", "raised", "accent-soft"]
TEXT = [(t, s) for t in ("text", "muted") for s in SURFACES + ["warn-soft", "danger-soft"]]
TEXT += [(t, s) for t in ("accent", "accent-hover", "danger") for s in SURFACES]
TEXT += [("danger", "danger-soft"), ("warn", "warn-soft"), ("ok", "ok-soft"), ("ok", "surface")]
TEXT += [(f"sev-{n}-text", f"sev-{n}") for n in (1, 2, 3)]
TEXT += [(f"tlp-{c}", "tlp-bg") for c in ("red", "amber", "green", "clear")]
TEXT += [("white", "accent-fill"), ("white", "accent-fill-hover"), ("on-accent", "accent")]
PARTS = [(p, s) for p in ("control", "focus", "accent") for s in SURFACES if s != "accent-soft"]
PARTS += [("focus", "accent-soft"), ("danger", "danger-soft"), ("warn", "warn-soft")]


def luminance(colour):
    """Relative luminance, 0 to 1, of a colour written #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(one, other):
    """Contrast of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


short = 0
for least, pairs in ((4.5, TEXT), (3.0, PARTS)):
    for front, back in pairs:
        for theme, i in (("light", 0), ("dark", 1)):
            got = ratio(TOKENS[front][i], TOKENS[back][i])
            if got < least:
                short += 1
            print(f"{'ok  ' if got >= least else 'LOW '} {got:5.2f} of {least}  {theme:5} {front} on {back}")
sys.exit(1 if short else 0)
