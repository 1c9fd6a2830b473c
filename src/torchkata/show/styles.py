"""The styles of our texts in a terminal. Apart from what draws them, which takes longer to import than a
command that draws nothing takes to run."""

from __future__ import annotations

from rich.theme import Theme

# Rich would put words between backticks into a black box, and make links blue and numbers cyan.
STYLES = Theme(
    {
        "markdown.code": "bold",
        "markdown.code_block": "none",
        "markdown.item.number": "bold",
        "markdown.link": "underline",
        "markdown.link_url": "underline",
    }
)
