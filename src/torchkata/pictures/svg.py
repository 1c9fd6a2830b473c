"""The few elements of SVG that the pictures are made of, with everything that comes from outside escaped.

Lines and letters are `currentColor`, so that a picture is readable on light and on dark; what belongs to
the broken program is dashed as well as colored, so that nobody needs the color.
"""

from __future__ import annotations

from html import escape

BROKEN, FIXED = "var(--broken, #b3261e)", "var(--fixed, #1b6e3c)"
FONT = 13


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """One element. An underscore in an attribute's name stands for a hyphen."""
    given = "".join(f' {key.replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{given}>{content}</{name}>"


def text(x: float, y: float, words: str, *, anchor: str = "start", **more: object) -> str:
    return tag(
        "text", escape(words), x=round(x, 1), y=round(y, 1), text_anchor=anchor, fill="currentColor", **more
    )


def drawing(width: float, height: float, said: str, *parts: str) -> str:
    """A whole picture; `said` is what a screen reader reads in its place."""
    return tag(
        "svg",
        tag("title", escape(said)) + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {round(width)} {round(height)}",
        width=round(width),
        role="img",
        font_size=FONT,
        font_family="system-ui, sans-serif",
    )


def short(value: float) -> str:
    """Four digits; half a digit is rounded the same way whatever noise is behind it."""
    return f"{float(f'{value:.8g}'):.4g}"
